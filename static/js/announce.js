/* How the reader's own pictures ended, for whoever does not see them come: once for all that end
   together, and from the tab that is looked at. The words are the server's. */
const TOGETHER = 1200; // ms
const place = document.getElementById("news");
const ended = { completed: 0, failed: 0 };
let timer;

function words(status) {
  const number = ended[status];
  ended[status] = 0;
  if (!number) return "";
  return number === 1 ? place.dataset[status] : place.dataset[`${status}Many`].replace("0", number);
}

function tell() {
  const sentences = Object.keys(ended).map(words);
  if (!document.hidden) place.textContent = sentences.join(" ").trim();
}

document.body.addEventListener("live:news", ({ detail: { status, author } }) => {
  if (!(status in ended) || author !== place.dataset.person) return;
  ended[status] += 1;
  clearTimeout(timer);
  timer = setTimeout(tell, TOGETHER);
});
