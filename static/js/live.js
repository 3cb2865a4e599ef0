/* News of the team in every open tab, over one stream per browser. Without a stream the page looks
   by itself every few seconds, and says so when that lasts. */
import { say } from "./delay.js";
import { hasMissed, lastNews } from "./missed.js";
import { hear, look } from "./news.js";
import { hurry, keep } from "./stream.js";
import { together } from "./tabs.js";

const url = document.body.dataset.liveUrl;
const SILENCE = 30000; // ms without a sign of life; the hub gives one every ten seconds
const LOST = 5000; // ms without a stream until the page looks by itself
const LATE = 10000; // and until it says so
const POLL = 4000;
let heard = Date.now(); // a clock that goes on while the machine sleeps
let lost = heard; // since when there is no stream; 0: there is one
let due = heard + LOST; // when to look without one
let alive = 0; // the last sign of life of the stream, in the tab that listens for all of them
let isOut = false;

function lead(signal) {
  const tell = ({ kind, data }) => {
    alive = kind === "lost" ? 0 : Date.now();
    tabs.tell({ kind, data, since: lastNews(kind, data) });
  };
  return keep(url, signal, tell).finally(() => (alive = 0));
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

function receive({ kind, data, since }) {
  if (kind === "hello")
    return Date.now() - alive < SILENCE / 2 && tabs.tell({ kind: "pulse", since: lastNews() });
  if (kind === "lost") return lose();
  if (kind === "out") return leave();
  heard = Date.now();
  if (hasMissed(kind, since, lost > 0)) look();
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
