/* A live region is not told again what it says already: a screen reader would read it out anew. */
const words = (node) => node.textContent.replace(/\s+/g, " ").trim();

document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  const { target, fragment } = detail;
  if (!target.matches("[aria-live], [role='status']")) return;
  if (words(target) === words(fragment)) detail.shouldSwap = false;
});
