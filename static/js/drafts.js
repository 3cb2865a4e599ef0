/* What is being written survives a reload: the composer's fields, kept in this browser for this
   person and team until they are generated. Where a page opens with a prompt to use or a picture to
   remix, the draft is put aside, which is said, with a way back. Nothing is kept where nothing can be. */
import { read, tell, write } from "./fields.js";
import { recall, remember } from "./memory.js";
import { say } from "./toasts.js";

const PAUSE = 250; // ms without a key until it is kept
const form = () => document.getElementById("composer");
const key = `draft ${form().dataset.draft}`;
const query = new URLSearchParams(location.search);
const beginning = query.get("prompt_version") ?? query.get("remix") ?? "";
let given = read(form()); // what the server wrote: no draft
let timer = 0;

function load() {
  try {
    return JSON.parse(recall(key)) ?? {};
  } catch {
    return {}; // not as we wrote it
  }
}

const store = (kept) => remember(key, kept.draft || kept.aside ? JSON.stringify(kept) : "");

function bring(fields, aside) {
  write(form(), fields);
  store({ draft: { fields, beginning }, aside });
}

// Whether something was restored.
function open({ draft, aside }) {
  if (draft && beginning && draft.beginning !== beginning) {
    store({ aside: draft.fields });
    say(form().dataset.aside, { undo: () => bring(draft.fields) });
    return false;
  }
  const fields = draft?.fields ?? (beginning ? undefined : aside);
  if (fields) bring(fields, draft && aside);
  return Boolean(fields);
}

function keep() {
  timer = 0;
  if (form().hasAttribute("data-browsing")) return; // only looking at earlier prompts
  const fields = read(form());
  const isDraft = JSON.stringify(fields) !== JSON.stringify(given);
  store({ aside: load().aside, draft: isDraft ? { fields, beginning } : undefined });
}

// htmx listens a moment later: then the price and the guidance of what was restored.
const once = { once: true };
const tellAll = () => [form().elements.prompt, form().querySelector(".settings")].forEach(tell);
if (open(load())) document.addEventListener("htmx:load", tellAll, once);
document.addEventListener("input", ({ target }) => {
  if (!target.closest("#composer")) return;
  clearTimeout(timer);
  timer = setTimeout(keep, PAUSE);
});
window.addEventListener("pagehide", () => timer && keep());
document.addEventListener("htmx:afterRequest", ({ target, detail: { xhr } }) => {
  if (target.id !== "composer" || xhr.status !== 200) return;
  clearTimeout(timer);
  timer = 0;
  given = read(form());
  store({ aside: load().aside });
});
