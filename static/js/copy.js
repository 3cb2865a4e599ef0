/* <button data-copy="#id" data-copied="Copied">: puts the text or value of #id on the clipboard.
   Where the page may not (no https), the text is selected for Ctrl+C instead. */
function select(source) {
  if (source.select) source.select();
  else getSelection().selectAllChildren(source);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  if (!navigator.clipboard) {
    select(source);
    return;
  }
  await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
  const label = button.querySelector("[data-label]") ?? button;
  const before = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => (label.textContent = before), 2000);
});
