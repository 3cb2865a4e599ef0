/* data-opens="id" opens that dialog, data-closes closes the one around it. Where the focus was, it
   returns: the browser sees to that, but for what was in a menu, which is gone by then.
   A line with data-needs="x" in a dialog is shown only where something answers to the key x. */
function open(dialog, opener) {
  const menu = opener.closest("[popover]:popover-open");
  for (const line of dialog.querySelectorAll("[data-needs]")) {
    line.hidden = !document.querySelector(`[data-key~="${CSS.escape(line.dataset.needs)}"]`);
  }
  if (menu) document.querySelector(`[popovertarget="${menu.id}"]`)?.focus();
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog) event.preventDefault();
  if (dialog && !dialog.open) open(dialog, opener);
  if (event.target.closest("[data-closes]")) event.target.closest("dialog").close();
});
