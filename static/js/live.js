/* News of the team in every open tab, over one stream per browser. Without a stream the page looks
   by itself every few seconds, and says so when that lasts. */
import { say } from "./delay.js";
import { hear, look } from "./news.js";
import { hurry, keep } from "./stream.js";
import { together } from "./tabs.js";

const url = document.body.dataset.liveUrl;
// When the page was asked for, in ms by the hub's clock; of one that the browser had kept: long ago.
const isKept = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
const asked = isKept ? 0 : Number(document.body.dataset.askedAt);
const SILENCE = 30000; // ms without a sign of life; the hub gives one every ten seconds
const LOST = 5000; // ms without a stream until the page looks by itself
const LATE = 10000; // and until it says so
const POLL = 4000;
let heard = Date.now(); // a clock that goes on while the machine sleeps
let lost = heard; // since when there is no stream; 0: there is one
let due = heard + LOST; // when to look without one
let isListening = false; // this tab, for all of them
let alive = 0; // the last sign of life of its stream
let isOut = false;
let isNew = true; // nothing was heard yet
// When the last news came, by the hub's clock: the stream says it when it opens. After news nobody
// here knows: whoever comes next looks.
let since = Infinity;

function lead(signal) {
  const tell = ({ kind, data }) => {
    isListening = kind !== "lost";
    alive = Date.now();
    if (data) since = kind === "open" ? Number(data.since) : Infinity;
    tabs.tell({ kind, data, since });
  };
  return keep(url, signal, tell).finally(() => (isListening = false));
}

function lose() {
  if (lost) return;
  lost = Date.now();
  due = lost + LOST;
}

function leave() {
  isOut = true;
  say("out");
  tabs.leave();
}

function receive({ kind, data, since: newest }) {
  if (kind === "hello") {
    if (isListening && Date.now() - alive < SILENCE / 2) tabs.tell({ kind: "pulse", since });
    return;
  }
  if (kind === "lost") return lose();
  if (kind === "out") return leave();
  heard = Date.now();
  // For what was missed: a new page nothing, if the last news came before it was asked for.
  if (isNew ? !(newest < asked) : kind === "open" || lost) look();
  isNew = false;
  lost = 0;
  say("");
  if (data && kind !== "open") hear(kind, data);
}

function watch() {
  if (isOut || document.hidden) return;
  const now = Date.now();
  if (now - heard > SILENCE) {
    heard = now;
    lose();
    tabs.take();
  }
  if (lost && now - lost > LATE) say("late");
  if (lost && now > due) {
    due = now + POLL;
    look();
  }
}

function wake() {
  hurry();
  watch();
}

const tabs = together(`live ${url}`, lead, receive);
tabs.tell({ kind: "hello" });
setInterval(watch, 1000);
addEventListener("online", () => {
  wake();
  look(); // the stream may have outlived what was asked for meanwhile
});
document.addEventListener("visibilitychange", wake);
addEventListener("pageshow", ({ persisted }) => persisted && look());
