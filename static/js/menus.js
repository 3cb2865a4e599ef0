/* A `<details data-menu>` closes like a menu: by Escape, by a click elsewhere, when focus leaves. */
const opened = () => document.querySelector("details[data-menu][open]");

document.addEventListener("click", ({ target }) => {
  const menu = opened();
  if (menu && !menu.contains(target)) menu.open = false;
});

document.addEventListener("focusin", ({ target }) => {
  const menu = opened();
  if (menu && !menu.contains(target)) menu.open = false;
});

// Before any other meaning of Escape.
document.addEventListener(
  "keydown",
  (event) => {
    const menu = opened();
    if (!menu || event.key !== "Escape") return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary").focus();
  },
  { capture: true },
);
