/* The focus is never lost. What is swapped away under it gives it to whatever has its id afterwards,
   else to the control of the same words in the same place, else to the place's heading, else to
   the place. A button that was switched off while its request ran gets it back. */
const SETTLED = 50; // ms from an answer to the page as it stays; htmx takes 20
let last = null; // what has the focus or lost it without the reader's doing, and what was around it

const words = (element) => element.ariaLabel || element.textContent.trim() || element.name;
const isGone = (element) => !element.isConnected || element.disabled;

function ancestors(element) {
  const found = [];
  for (let each = element.parentElement; each; each = each.parentElement) found.push(each);
  return found;
}

// The element itself or, where it was replaced, the one that has its id now.
function present(element) {
  return element.isConnected ? element : element.id && document.getElementById(element.id);
}

function twin(element, place) {
  return [...place.querySelectorAll(element.tagName)].find((each) => words(each) === words(element));
}

function enter(element) {
  if (!element.matches("a[href], button, input, select, textarea, [tabindex]")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

function restore() {
  const isLost = !document.activeElement || document.activeElement === document.body;
  if (!last || !isLost || (last.element.isConnected && last.element.disabled)) return;
  const place = last.around.map(present).find(Boolean);
  const same = present(last.element) || twin(last.element, place);
  enter(same || place.querySelector(":is(h1, h2, h3, h4)") || place);
}

document.addEventListener("focusin", ({ target }) => {
  last = { element: target, around: ancestors(target) };
});
document.addEventListener("focusout", ({ target }) => {
  if (isGone(target)) return; // switched off while its request runs, which may end at any moment
  // Some browsers tell it of what is being removed: whether it is, shows a moment later.
  setTimeout(() => {
    if (last?.element === target && !isGone(target) && document.hasFocus()) last = null;
  });
});
document.addEventListener("htmx:afterRequest", () => setTimeout(restore, SETTLED));
