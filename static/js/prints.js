/* The pictures of the gallery by keyboard: arrows go from one to the next as the eye sees them, with
   Shift they select on the way, x selects. Who comes back from a picture is where they were. */
import { recall } from "./memory.js";

const LINK = "[data-picture]:not([data-gone]) .print__link";
const FOCUS = `${LINK}[href], ${LINK}:not([href]) + .print__pick .print__tick`;
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const isField = (element) => element.matches("input:not(.print__tick), textarea, select");
const all = () => [...document.querySelectorAll(FOCUS)];
const focused = () => document.activeElement.closest?.("[data-picture]");

function middle(element) {
  const box = element.closest("[data-picture]").getBoundingClientRect();
  return { x: box.left + box.width / 2, top: box.top };
}

// The next row up or down, and in it the picture that is nearest to straight below.
function beyond(prints, from, direction) {
  const here = middle(from);
  const ahead = prints
    .map((print) => ({ print, ...middle(print) }))
    .filter(({ top }) => (top - here.top) * direction > 1);
  const row = Math.min(...ahead.map(({ top }) => Math.abs(top - here.top)));
  const inRow = ahead.filter(({ top }) => Math.abs(Math.abs(top - here.top) - row) < 1);
  inRow.sort((one, other) => Math.abs(one.x - here.x) - Math.abs(other.x - here.x));
  return inRow[0]?.print;
}

function next([across, down]) {
  const prints = all();
  const from = focused()?.querySelector(FOCUS);
  if (from) return across ? prints[prints.indexOf(from) + across] : beyond(prints, from, down);
  // Nothing has the focus yet: sideways begins with what is in view, up and down still scroll.
  return across ? prints.find((print) => print.getBoundingClientRect().top >= 0) : null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
  if (document.querySelector(":popover-open, dialog[open], details[data-menu][open]")) return;
  const print = focused();
  if (STEPS[event.key]) {
    const to = next(STEPS[event.key]);
    if (!to) return;
    event.preventDefault();
    if (event.shiftKey && print) {
      for (const each of [print, to.closest("[data-picture]")]) select(each, true);
    }
    to.focus();
    to.scrollIntoView({ block: "nearest" });
  } else if (event.key === "x" && print && recall("keys") !== "off") select(print);
});

function select(print, isOn) {
  const tick = print.querySelector(".print__tick");
  tick.checked = isOn ?? !tick.checked;
  tick.dispatchEvent(new Event("change", { bubbles: true }));
}

const named = location.hash.startsWith("#picture-") && document.getElementById(location.hash.slice(1));
if (named) {
  named.focus({ preventScroll: true });
  named.scrollIntoView({ block: "center" });
}
