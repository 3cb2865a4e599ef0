/* A tile is told that it has news. One that is being fetched, or is not settled yet, would not hear:
   it is told after. An answer for a tile that was replaced meanwhile is dropped. */
const TILE = "[id^='generation-']";
const later = new Set();

export function refresh(tile) {
  if (tile.closest(".htmx-request, .htmx-added")) later.add(tile.id);
  else tile.dispatchEvent(new CustomEvent("refresh"));
}

function dropLate(event) {
  const tile = event.currentTarget;
  if (tile.isConnected) return;
  event.detail.shouldSwap = false;
  const present = document.getElementById(tile.id);
  if (present) refresh(present);
}

document.addEventListener("htmx:load", ({ target }) => {
  const tiles = [target, ...target.querySelectorAll(TILE)].filter((each) => each.matches(TILE));
  for (const tile of tiles) {
    tile.addEventListener("htmx:beforeSwap", dropLate);
    if (later.delete(tile.id)) refresh(tile);
  }
});
