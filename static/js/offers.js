/* What the composer offers to do in one press: data-insert puts words into the prompt at the
   cursor, to be undone like what was typed; data-set sets fields, as in an address. */
import { write } from "./fields.js";

const LETTER = /[\p{L}\p{N}]/u;

// Behind the word that the cursor stands in, with a comma on either side where there is none.
function insert(prompt, words) {
  let at = prompt.selectionEnd;
  while (at < prompt.value.length && LETTER.test(prompt.value[at])) at += 1;
  const [before, after] = [prompt.value.slice(0, at), prompt.value.slice(at)];
  const lead = !before.trim() ? "" : /[,.;:]\s*$/.test(before) ? (/\s$/.test(before) ? "" : " ") : ", ";
  const tail = !after.trim() || /^\s*[,.;:]/.test(after) ? "" : ",";
  const start = lead === ", " ? before.trimEnd().length : at;
  prompt.focus();
  prompt.setSelectionRange(start, at);
  const text = lead + words + tail;
  if (document.execCommand("insertText", false, text)) return;
  prompt.setRangeText(text, start, at, "end");
  prompt.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-insert], [data-set]");
  const form = button?.closest("form");
  if (!form) return;
  if (button.dataset.insert) insert(form.elements.prompt, button.dataset.insert);
  else {
    form.querySelector('button[type="submit"]').focus();
    write(form, Object.fromEntries(new URLSearchParams(button.dataset.set)));
  }
});
