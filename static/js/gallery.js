/* The gallery, alive: what comes in, what is selected, what the keys do. */
import "./menus.js";
import "./prints.js";
import "./selection.js";
import "./moved.js";
import "./stars.js";

/* A picture that somebody finished comes into the open gallery; while a pointer is on its way to
   another one nothing moves. */
const REST = 1000; // ms
let moved = -REST;
let timer = 0;

function come() {
  const rest = moved + REST - performance.now();
  clearTimeout(timer);
  if (rest > 0) timer = setTimeout(come, rest);
  else window.htmx.trigger(document.querySelector("[data-fresh]"), "fresh");
}

document.addEventListener("pointermove", () => (moved = performance.now()), { passive: true });
document.body.addEventListener("live:news", ({ detail }) => {
  if (detail?.status === "completed" && document.querySelector("[data-fresh]")) come();
});
