/* What the hub did to several pictures at once shows in the gallery without a reload: what is gone
   leaves an empty sheet, so that nothing moves, and comes back into it. */
import { clear } from "./selection.js";

const printOf = (id) => document.getElementById(`pick-${id}`)?.closest("[data-picture]");

function move(ids, isGone) {
  clear();
  const prints = ids.map(printOf);
  for (const print of prints.filter(Boolean)) print.toggleAttribute("data-gone", isGone);
  if (isGone) stay(prints.filter(Boolean));
  return prints.every(Boolean);
}

// Whoever worked by keyboard goes on beside what is gone, not at the top of the page.
function stay(gone) {
  const all = [...document.querySelectorAll("[data-picture]")];
  const from = all.indexOf(gone.at(-1));
  const left = [...all.slice(from + 1), ...all.slice(0, from).reverse()];
  const next = left.find((print) => !print.hasAttribute("data-gone"));
  const isLost = !document.activeElement?.checkVisibility?.() || document.activeElement === document.body;
  if (isLost) next?.querySelector(".print__link[href], .print__tick")?.focus({ preventScroll: true });
}

const isTrash = () => new URLSearchParams(location.search).get("show") === "trash";

document.body.addEventListener("trashed", ({ detail }) => move(detail.pictures, !isTrash()));

document.body.addEventListener("restored", ({ detail }) => {
  const [first] = detail.pictures;
  if (move(detail.pictures, isTrash()) || !first) return;
  // One that is not on this page: go where it is.
  const address = new URL(document.querySelector("[data-gallery]").dataset.gallery, location);
  address.searchParams.set("at", first);
  address.hash = `picture-${first}`;
  location.assign(address);
});

document.body.addEventListener("starred", ({ detail }) => {
  for (const id of detail.pictures) {
    const star = document.getElementById(`star-${id}`);
    if (!star) continue;
    star.setAttribute("aria-pressed", "true");
    star.value = "0";
  }
  clear();
});
