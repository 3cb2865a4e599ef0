/* What the page is told. A tile that shows a generation looks at once. `live:news` is each piece,
   for scripts; `live:<kind>` says that there was some of a kind, for parts of the page: soon after
   the first, then once a second however much comes, and not while nobody sees the page.
   `live:poll` says that something may have been missed: whoever listens to a kind listens to it. */
import { refresh } from "./refresh.js";

const APART = 1000; // ms
const SPREAD = 300; // ms; not every tab of a team asks at the same moment
const waiting = new Set();
let last = 0;
let timer = 0;

function tell(name, detail) {
  document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
}

function plan() {
  if (timer || document.hidden || !waiting.size) return;
  const due = Math.max(0, last + APART - Date.now()) + Math.random() * SPREAD;
  timer = setTimeout(flush, due);
}

function flush() {
  timer = 0;
  last = Date.now();
  // Who looks for all of it need not be told of each.
  const kinds = waiting.has("poll") ? ["poll"] : [...waiting];
  waiting.clear();
  kinds.forEach((kind) => tell(`live:${kind}`));
}

export function hear(kind, data) {
  const tile = data.id && document.getElementById(`generation-${data.id}`);
  if (tile) refresh(tile);
  tell("live:news", { kind, ...data });
  waiting.add(kind);
  plan();
}

export function look() {
  waiting.add("poll");
  plan();
}

document.addEventListener("visibilitychange", plan);
