/* [data-print] prints the page; what is folded is printed open. */
const folded = () => document.querySelectorAll("main details:not([open])");
let opened = [];

document.addEventListener("click", ({ target }) => target.closest("[data-print]") && print());
addEventListener("beforeprint", () => {
  opened = [...folded()];
  opened.forEach((each) => (each.open = true));
});
addEventListener("afterprint", () => opened.forEach((each) => (each.open = false)));
