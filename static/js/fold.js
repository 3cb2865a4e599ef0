/* [data-fold]: on a phone it is one line until its fields are touched, and again when something
   outside is. Opening on focus alone would move its button away under the finger. */
const open = (form, isOpen) => form.toggleAttribute("data-open", isOpen);

document.addEventListener("focusin", (event) => {
  const form = event.target.closest("[data-fold]");
  if (form && event.target.matches("input, textarea, select")) open(form, true);
});
document.addEventListener("pointerdown", (event) => {
  for (const form of document.querySelectorAll("[data-fold]")) {
    if (!form.contains(event.target)) open(form, false);
  }
});
// What the browser finds missing has to be seen to be filled in.
document.addEventListener(
  "invalid",
  (event) => {
    const form = event.target.closest("[data-fold]");
    if (form) open(form, true);
  },
  true,
);
