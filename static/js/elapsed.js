/* [data-elapsed][data-expected]: counts seconds on from what the server said, and lights the
   patches of the step wedge inside; past the estimate it says so. Its own clock is not compared with the server's. */
const starts = new WeakMap();

function show(element) {
  if (!starts.has(element)) starts.set(element, performance.now() - 1000 * element.dataset.elapsed);
  const seconds = Math.floor((performance.now() - starts.get(element)) / 1000);
  element.querySelectorAll("[data-seconds]").forEach((number) => (number.textContent = seconds));
  const estimate = element.querySelector("[data-estimate]");
  if (estimate && seconds > element.dataset.expected) estimate.textContent = estimate.dataset.over;
  const patches = element.querySelectorAll(".wedge__patch");
  const lit = Math.min((seconds / Math.max(element.dataset.expected, 1)) * patches.length, patches.length - 1);
  patches.forEach((patch, index) => patch.toggleAttribute("data-on", index < Math.floor(lit)));
}

const showAll = () => document.querySelectorAll("[data-elapsed]").forEach(show);
setInterval(showAll, 1000);
document.addEventListener("htmx:load", showAll);
