/* Arrow up at the start of the prompt brings back the person's earlier ones, arrow down goes on
   again; in the end stands what was being written. */
import { read, write } from "./fields.js";

let asked = null; // the server's answer, until something new is generated
let entries = []; // [0] is what was being written
let at = 0;
const left = []; // drafts that were left for an earlier prompt

const words = (form) =>
  Object.fromEntries(Object.entries(read(form)).filter(([name]) => name === "prompt" || name.startsWith("value-")));

async function earlier(url) {
  asked ??= fetch(url, { headers: { Accept: "application/json" } }).then((answer) => answer.json());
  return (await asked).prompts;
}

async function begin(prompt) {
  const found = await earlier(prompt.dataset.earlier).catch(() => (asked = null) ?? []);
  entries = [words(prompt.form), ...[...left, ...found].filter((entry) => entry.prompt !== prompt.value)];
}

function mark(form) {
  const hint = form.querySelector(".composer__hint");
  hint.dataset.plain ??= hint.innerHTML;
  form.toggleAttribute("data-browsing", at > 0);
  const said = hint.dataset.said.replace("{number}", at).replace("{count}", entries.length - 1);
  if (at > 0) hint.textContent = said;
  else hint.innerHTML = hint.dataset.plain;
}

async function turn(prompt, step) {
  if (at === 0) await begin(prompt);
  const next = at + step;
  if (next < 0 || next >= entries.length) return;
  at = next;
  write(prompt.form, entries[at]);
  mark(prompt.form);
  prompt.setSelectionRange(0, 0);
}

document.addEventListener("keydown", (event) => {
  const prompt = event.target;
  if (!prompt.matches?.("[data-earlier][name='prompt']") || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const isAtStart = prompt.selectionStart === 0 && prompt.selectionEnd === 0;
  const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  if (!step || !isAtStart || (step < 0 && at === 0)) return;
  event.preventDefault();
  turn(prompt, step);
});

// Who writes on in an earlier prompt has a new draft; the one before stays among the earlier ones.
document.addEventListener("input", ({ target, isTrusted }) => {
  if (!isTrusted || at === 0 || !target.form?.matches("#composer")) return;
  if (entries[0].prompt.trim()) left.unshift(entries[0]);
  at = 0;
  mark(target.form);
});
document.addEventListener("htmx:afterRequest", ({ target, detail: { xhr } }) => {
  if (target.id !== "composer" || xhr.status !== 200) return;
  [asked, at] = [null, 0];
  mark(document.getElementById("composer"));
});
