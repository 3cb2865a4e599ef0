/* The {variables} of a prompt are marked while it is being written: its words stand once more in the
   [data-mirror] behind the field, unseen but for the marks. */
import { VARIABLE } from "./variables.js";

function reflect(prompt) {
  const mirror = prompt.parentElement.querySelector("[data-mirror]");
  if (!mirror) return;
  const pieces = prompt.value.split(VARIABLE).map((text, index) => {
    if (index % 2 === 0) return text;
    const mark = document.createElement("mark");
    mark.textContent = `{${text}}`;
    return mark;
  });
  mirror.replaceChildren(...pieces, "\n"); // a last, empty line has a height, too
  mirror.scrollTop = prompt.scrollTop;
}

const isPrompt = (element) => element.matches?.("[data-mirror] + textarea");
const reflectAll = () => document.querySelectorAll("[data-mirror] + textarea").forEach(reflect);
reflectAll();
document.addEventListener("htmx:load", reflectAll);
document.addEventListener("input", ({ target }) => isPrompt(target) && reflect(target));
document.addEventListener("scroll", ({ target }) => isPrompt(target) && reflect(target), { capture: true, passive: true });
