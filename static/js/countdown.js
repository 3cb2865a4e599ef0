/* [data-countdown="14"]: seconds until something starts, counted down to one from what the server
   said last. When it starts is for the server to say. */
const since = new WeakMap();

function show(element) {
  if (!since.has(element)) since.set(element, performance.now());
  const passed = (performance.now() - since.get(element)) / 1000;
  element.textContent = Math.max(1, Math.round(element.dataset.countdown - passed));
}

const showAll = () => document.querySelectorAll("[data-countdown]").forEach(show);
setInterval(showAll, 1000);
// What the server said again begins again; elsewhere on the page it goes on.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  for (const element of detail.target.querySelectorAll("[data-countdown]")) since.delete(element);
  showAll();
});
showAll();
