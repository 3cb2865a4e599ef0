/* <button data-copy="#id" data-copied="Copied">: puts the text or value of #id on the clipboard.
   Where the page may not (no https, not allowed), the text is selected for Ctrl+C instead. */
function select(source) {
  if (source.select) source.select();
  else getSelection().selectAllChildren(source);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
  } catch {
    select(source);
    return;
  }
  const label = button.querySelector("[data-label]") ?? button;
  label.dataset.before ??= label.textContent; // pressed twice, it still comes back
  label.textContent = button.dataset.copied;
  setTimeout(() => (label.textContent = label.dataset.before), 2000);
});
