/* A picture that somebody finished comes into the open gallery. */
document.body.addEventListener("live:generation", (event) => {
  const place = document.querySelector("[data-fresh]");
  if (place && event.detail?.status === "completed") window.htmx.trigger(place, "fresh");
});
