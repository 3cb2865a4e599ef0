/* Whether a page has missed anything when it hears its first news: nothing, if the last news came
   before the page was asked for. The stream says when that was as it opens, by the hub's clock;
   after news nobody here knows, and whoever comes next looks. */
const isKept = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
const asked = isKept ? 0 : Number(document.body.dataset.askedAt); // ms; kept by the browser: long ago
let isNew = true;
let last = Infinity; // when the last news came, in the tab that listens

// In the tab that listens: what it tells the others with everything it hears.
export function lastNews(kind, data) {
  if (data) last = kind === "open" ? Number(data.since) : Infinity;
  return last;
}

// `since` is what the tab that listens tells; `wasLost` whether there was no stream until now.
export function hasMissed(kind, since, wasLost) {
  const missed = isNew ? !(since < asked) : wasLost || kind === "open";
  isNew = false;
  return missed;
}
