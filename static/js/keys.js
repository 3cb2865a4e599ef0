/* Keyboard. An element with data-key="x" is pressed by x, or focused where it is a field; a field
   goes before a link. A form with data-key="submit" is sent by Ctrl or Cmd with Enter. */
const isField = (element) => element.matches("input, textarea, select, [contenteditable]");

function send(form) {
  const button = form.querySelector('button[type="submit"]:not(:disabled)');
  if (button) form.requestSubmit(button);
}

function press(key) {
  const found = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  const target = found.find(isField) ?? found[0];
  if (!target) return false;
  target.focus();
  if (!isField(target)) target.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest?.('form[data-key="submit"]');
    if (form) event.preventDefault();
    if (form) send(form);
  } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !isField(event.target)) {
    const isBusy = document.querySelector(":popover-open, dialog[open]");
    if (!isBusy && press(event.key)) event.preventDefault();
  }
});

const named = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
if (named && isField(named)) named.focus();
