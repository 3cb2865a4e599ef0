/* Toasts go when they are closed, when what they tell is undone, and good news also by itself:
   not while it is pointed at, holds the focus or stands in a hidden tab. */
const LIFE = 8000; // ms
const LIFE_WITH_UNDO = 20000;
const place = document.getElementById("toasts");
const BAD_NEWS = '[data-kind="error"], [data-kind="warning"]';
const UNDO = "[data-undo]:not([hidden])";

/* Says something at the edge of the page. With `undo`, a function, there is a button that calls
   it. `kind` "error" stays until it is closed. */
export function say(text, { undo, kind = "plain" } = {}) {
  const toast = place.querySelector("template").content.cloneNode(true).firstElementChild;
  toast.dataset.kind = kind;
  toast.querySelector("[data-text]").textContent = text;
  const button = toast.querySelector("[data-undo]");
  button.hidden = !undo;
  button.addEventListener("click", () => leave(toast));
  if (undo) button.addEventListener("click", undo);
  place.append(toast);
}

function leave(toast) {
  if (toast.contains(document.activeElement)) document.getElementById("main").focus();
  toast.remove();
}

// What could be undone for some seconds stays told, without its button.
function expire(form) {
  if (form.contains(document.activeElement)) document.getElementById("main").focus();
  form.remove();
}

// The key undoes what was done last.
function takeKey(button) {
  for (const other of place.querySelectorAll("[data-key]")) delete other.dataset.key;
  button.dataset.key = "z";
}

function watch(toast) {
  const undo = toast.querySelector(UNDO);
  if (undo) takeKey(undo);
  const passing = toast.querySelector("[data-seconds]");
  if (passing) setTimeout(() => expire(passing), passing.dataset.seconds * 1000);
  if (toast.matches(BAD_NEWS)) return;
  const life = undo ? LIFE_WITH_UNDO : LIFE;
  const isHeld = () => document.hidden || toast.matches(":hover, :focus-within");
  const end = () => (isHeld() ? setTimeout(end, LIFE) : toast.remove());
  setTimeout(end, life);
}

if (place) {
  new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]);
    added.filter((node) => node.matches?.(".toast")).forEach(watch);
  }).observe(place, { childList: true });
  // Put in once more: a screen reader tells what comes, not what was there with the page.
  place.append(...place.querySelectorAll(".toast"));
  place.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) leave(event.target.closest(".toast"));
  });
  place.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    const undone = detail.successful && target.closest(".toast");
    if (undone) leave(undone);
  });
  // What a page fetches by itself fails in silence; what somebody pressed or chose does not.
  const BY_HAND = ["click", "change", "submit"];
  const isAsked = ({ target, detail }) =>
    (detail.requestConfig?.verb !== "get" || BY_HAND.includes(detail.requestConfig.triggeringEvent?.type)) &&
    !target.closest("[data-quiet]");
  const fail = (words) => (event) => isAsked(event) && say(words, { kind: "error" });
  document.addEventListener("htmx:sendError", fail(place.dataset.lost));
  document.addEventListener("htmx:responseError", fail(place.dataset.failed));
}
