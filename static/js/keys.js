/* Keyboard: an element with data-key="x" is pressed, or focused where it is a field, by x.
   data-key="submit" on a form: Ctrl or Cmd with Enter sends it. */
const isTyping = (element) => element.matches("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest?.('form[data-key="submit"]');
    if (form) {
      event.preventDefault();
      const button = form.querySelector('button[type="submit"]:not(:disabled)');
      if (button) form.requestSubmit(button);
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (isTyping(target)) {
    target.focus();
    target.select?.();
  } else {
    target.click();
  }
});
