/* [data-live="late"] and [data-live="out"] in the masthead: what the page shows may be old, and why.
   Where a part of the page was to come and the sign-in page came, it is that too. */
const signs = document.querySelectorAll("[data-live]");
const door = [...signs].find((each) => each.dataset.live === "out");
let isOut = false;

// "late", "out" or "": everything is as it should be.
export function say(state) {
  isOut ||= state === "out";
  for (const each of signs) each.hidden = each.dataset.live !== (isOut ? "out" : state);
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const came = new URL(detail.xhr.responseURL || location, location);
  if (came.pathname !== door?.pathname) return;
  detail.shouldSwap = false;
  say("out");
});
