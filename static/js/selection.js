/* What is selected: how many, by whom, for how many credits; ranges by Shift; Escape clears. */
const bar = document.querySelector("[data-selection]");
const facts = bar.querySelector("[data-facts]");
const ticks = () => [...document.querySelectorAll(".print:not([data-gone]) .print__tick")];
const picked = () => ticks().filter((tick) => tick.checked);
const list = new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" });
let last; // the tick that was touched before

function credits(number) {
  const words = number === 1 ? facts.dataset.credit : facts.dataset.credits;
  return words.replace("{number}", number.toLocaleString(document.documentElement.lang));
}

function tell() {
  const chosen = picked();
  const people = [...new Set(chosen.map((tick) => tick.dataset.maker))];
  const sum = chosen.reduce((total, tick) => total + Number(tick.dataset.credits), 0);
  bar.querySelector("[data-count]").textContent = chosen.length || "";
  facts.textContent = facts.dataset.facts
    .replace("{people}", list.format(people))
    .replace("{credits}", credits(sum));
  const trash = bar.querySelector("[data-needs-trash]");
  if (trash) trash.hidden = !chosen.some((tick) => "trash" in tick.dataset);
}

export function clear() {
  for (const tick of picked()) tick.checked = false;
  const mode = document.querySelector("[data-selecting]");
  if (mode) mode.checked = false;
  tell();
}

document.addEventListener("click", (event) => {
  const tick = event.target;
  if (!tick.matches?.(".print__tick")) return;
  if (event.shiftKey && last?.isConnected) {
    const all = ticks();
    const [from, to] = [all.indexOf(last), all.indexOf(tick)].sort((one, other) => one - other);
    for (const each of all.slice(from, to + 1)) each.checked = tick.checked;
  }
  last = tick;
  tell();
});

document.addEventListener("change", ({ target }) => {
  if (!target.matches?.(".print__tick")) return;
  last = target;
  tell();
});

bar.addEventListener("reset", () => setTimeout(clear));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && picked().length) clear();
});
document.addEventListener("htmx:load", tell);
tell();
