// Fills in the browser's time zone, so that nobody has to pick it from four hundred.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const field of document.querySelectorAll("input[data-timezone]")) {
  field.value = zone ?? "";
}
for (const place of document.querySelectorAll("[data-timezone-name]")) {
  if (zone) place.textContent = zone.replaceAll("_", " ");
}
