// News of the team for every open tab, over one stream per browser: the tab that holds the lock
// listens and tells the others. Without a stream for five seconds, everything asks by itself.
import { refresh } from "./refresh.js";

const url = document.body.dataset.liveUrl;
const team = url.split("/")[2];
const channel = new BroadcastChannel(`live ${team}`);
const LOST = 5000; // ms without a stream until polling starts
const POLL = 3000;
let heard = Date.now(); // when a stream, here or in the leading tab, was last known to be open
let isLost = false;

function tell(name, detail) {
  document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
}

function refreshPending() {
  document.querySelectorAll("[id^='generation-'][hx-trigger]").forEach(refresh);
}

function receive({ kind, data }) {
  heard = Date.now();
  if (kind === "open" || isLost) {
    isLost = false;
    refreshPending();
    tell("live:open");
  }
  if (kind !== "generation") return;
  tell("live:generation", data);
  const tile = document.getElementById(`generation-${data.id}`);
  if (tile) refresh(tile);
}

function share(message) {
  channel.postMessage(message);
  receive(message);
}

// Resolves when the stream has ended, with whether it had been open.
async function listen() {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) return false;
  const ticket = await answer.json();
  const source = new EventSource(`${ticket.url}?token=${encodeURIComponent(ticket.token)}`);
  return new Promise((resolve) => {
    let wasOpen = false;
    const pulse = setInterval(() => wasOpen && share({ kind: "pulse" }), 2000);
    source.onopen = () => {
      wasOpen = true;
      share({ kind: "open" });
    };
    source.addEventListener("generation", ({ data }) => {
      share({ kind: "generation", data: JSON.parse(data) });
    });
    // Streams end by themselves after a while: come again, with a fresh token.
    source.onerror = () => {
      clearInterval(pulse);
      source.close();
      resolve(wasOpen);
    };
  });
}

async function lead() {
  for (let delay = 500; ; ) {
    const wasOpen = await listen().catch(() => false);
    delay = wasOpen ? 500 : Math.min(delay * 2, 30000);
    await new Promise((resolve) => setTimeout(resolve, delay * (0.5 + Math.random() / 2)));
  }
}

channel.onmessage = (event) => receive(event.data);
document.addEventListener("visibilitychange", () => document.hidden || refreshPending());
setInterval(() => {
  if (Date.now() - heard < LOST) return;
  isLost = true;
  if (!document.hidden) tell("live:poll");
}, POLL);
if (navigator.locks) navigator.locks.request(`live ${team}`, lead);
else lead(); // on plain http elsewhere than loopback: every tab for itself
