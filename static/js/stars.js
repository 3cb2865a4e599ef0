/* s stars the picture that has the focus, or the one whose page this is. */
import { recall } from "./memory.js";

const isField = (element) => element.matches("input:not([type=checkbox]), textarea, select");

document.addEventListener("keydown", (event) => {
  if (event.key !== "s" || event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
  if (recall("keys") === "off" || document.querySelector(":popover-open, dialog[open]")) return;
  const place = event.target.closest("figure") ?? document.getElementById("about");
  place?.querySelector("[data-star] button")?.click();
});
