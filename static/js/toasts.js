/* Toasts go when they are closed; good news also after eight seconds unless pointed at. What went
   wrong on the way to the hub is said in one. */
const LIFE = 8000;
const place = document.getElementById("toasts");

function add(text) {
  const toast = place.querySelector("template").content.cloneNode(true);
  toast.querySelector("[data-text]").textContent = text;
  place.append(toast);
}

function watch(toast) {
  if (toast.matches(".toast--error, .toast--warning")) return;
  const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, LIFE) : toast.remove());
  setTimeout(leave, LIFE);
}

if (place) {
  place.querySelectorAll(".toast").forEach(watch);
  new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]);
    added.filter((node) => node.matches?.(".toast")).forEach(watch);
  }).observe(place, { childList: true });
  place.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) event.target.closest(".toast").remove();
  });
  const isAsked = (event) => event.detail.requestConfig?.verb !== "get";
  document.addEventListener("htmx:sendError", (event) => isAsked(event) && add(place.dataset.lost));
  document.addEventListener("htmx:responseError", (event) => isAsked(event) && add(place.dataset.failed));
}
