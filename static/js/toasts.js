/* Toasts go when they are closed, or after eight seconds if nothing points at them. */
const LIFE = 8000;
const place = document.getElementById("toasts");

function add(text) {
  const toast = document.createElement("div");
  toast.className = "toast toast--error";
  toast.textContent = text;
  place.append(toast);
}

function watch(toast) {
  const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, LIFE) : toast.remove());
  setTimeout(leave, LIFE);
}

if (place) {
  for (const toast of place.children) watch(toast);
  new MutationObserver((changes) => {
    for (const change of changes) change.addedNodes.forEach((node) => node.nodeType === 1 && watch(node));
  }).observe(place, { childList: true });
  place.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) event.target.closest(".toast").remove();
  });
  document.addEventListener("htmx:sendError", () => add(place.dataset.lost));
  document.addEventListener("htmx:responseError", (event) => {
    const isRefresh = event.detail.requestConfig?.verb === "get";
    if (!isRefresh) add(place.dataset.failed);
  });
}
