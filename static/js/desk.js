/* The behaviours of the Create page. */
import "./elapsed.js";
import "./fold.js";
import "./mirror.js";
import "./offers.js";
import "./stars.js";
import "./stepper.js";
import "./unchanged.js";
import "./variables.js";
// After what they tell: these write into the composer.
import "./drafts.js";
import "./earlier.js";

const wide = window.matchMedia("(width > 47.5rem)");
const composer = () => document.getElementById("composer");

// Where to write on: the first variable that has no value yet, else the prompt. Whoever was faster
// than this file, and writes already, keeps their place.
function begin(form) {
  const prompt = form.querySelector('textarea[name="prompt"]');
  if (!wide.matches || !prompt || form.contains(document.activeElement)) return;
  const empty = [...form.querySelectorAll(".fill input")].find((field) => !field.value);
  (empty ?? prompt).focus();
  if (!empty) prompt.setSelectionRange(prompt.value.length, prompt.value.length);
}

// What was wrong with the last try does not stand beside the next one.
function forgive(form) {
  form.querySelector("#composer-errors").replaceChildren();
  form.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
}

// Without a price there is nothing to press; sides that are not shown are not asked for.
function settle(form) {
  form.querySelector(".composer__go").disabled = Boolean(form.querySelector("[data-unsound]"));
  const isCustom = form.querySelector('[name="shape"][value="custom"]').checked;
  form.querySelectorAll(".shapes__own input").forEach((field) => (field.disabled = !isCustom));
}

begin(composer());
settle(composer());
document.addEventListener("input", ({ target }) => {
  const form = target.closest("#composer");
  if (!form) return;
  forgive(form);
  settle(form);
});
document.addEventListener("htmx:load", ({ target }) => {
  if (target.id === "composer") begin(target);
});
document.addEventListener("htmx:afterSettle", () => settle(composer()));
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (target.id === "composer" && detail.xhr.status === 200) forgive(target);
  settle(composer());
});

// What the same person asks for in another tab. The own tab's answer comes within a moment.
const MOMENT = 2000; // ms
const awaited = new Set();
const isHere = (id) => document.getElementById(`sitting-${id}`) ?? document.getElementById(`series-${id}`);

function fetchSoon(id, place, url) {
  if (awaited.has(id) || isHere(id)) return;
  awaited.add(id);
  setTimeout(() => {
    if (!isHere(id)) window.htmx.ajax("GET", url, { target: place, swap: "afterbegin" });
  }, MOMENT);
}

document.body.addEventListener("live:news", ({ detail: { author, batch, series } }) => {
  const desk = document.getElementById("batches");
  if (author !== desk.dataset.author) return;
  const lines = document.getElementById("series-lines");
  // Of a series there are too many batches: it is one line.
  if (series) fetchSoon(series, lines, `${lines.dataset.url}${series}/line/`);
  else fetchSoon(batch, desk, `${desk.dataset.url}${batch}/`);
});
