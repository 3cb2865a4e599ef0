/* The behaviours of the Create page. */
import "./elapsed.js";
import "./fold.js";
import "./stepper.js";
import "./variables.js";

const wide = window.matchMedia("(width > 47.5rem)");
const composer = () => document.getElementById("composer");

// Where to write on: the first variable that has no value yet, else the prompt.
function begin(form) {
  const prompt = form.querySelector('textarea[name="prompt"]');
  if (!wide.matches || !prompt) return;
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
  if (target.id === "composer" && detail.successful) forgive(target);
  settle(composer());
});

// What the same person asks for in another tab. The own tab's answer comes within a moment.
const MOMENT = 2000; // ms
const awaited = new Set();
const isHere = (batch) => document.getElementById(`sitting-${batch}`);
document.body.addEventListener("live:generation", ({ detail: { author, batch } }) => {
  const desk = document.getElementById("batches");
  if (author !== desk.dataset.author || awaited.has(batch) || isHere(batch)) return;
  awaited.add(batch);
  setTimeout(() => {
    const url = `${desk.dataset.url}${batch}/`;
    if (!isHere(batch)) window.htmx.ajax("GET", url, { target: desk, swap: "afterbegin" });
  }, MOMENT);
});
