/* A list beside the page of the thing that is chosen in it. Choosing another swaps only that page:
   here the mark moves along in the list, and the focus goes to where the reading begins. */
const isHere = (link) => new URL(link.href).pathname === location.pathname;

function mark() {
  for (const link of document.querySelectorAll(".listing__link")) {
    if (isHere(link)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

const knows = (list) => [...list.querySelectorAll(".listing__link")].some(isHere);

document.addEventListener("htmx:pushedIntoHistory", mark);
document.addEventListener("htmx:load", ({ target }) => {
  // The list anew, as it was asked for before another was chosen.
  if (target.matches(".listing") && knows(target)) mark();
  if (target.id === "prompt") target.focus({ preventScroll: true });
});
