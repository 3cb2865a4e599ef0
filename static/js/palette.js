/* The palette: pages and actions, which are in the page, are narrowed down at once; prompts and
   pictures come from the server into #palette-found. The focus stays in the field. */
const palette = document.getElementById("palette");
const field = palette?.querySelector('[role="combobox"]');
const found = document.getElementById("palette-found");
const status = document.getElementById("palette-status");

let count = 0;
const isShown = (option) => !option.closest("[hidden]");
const options = () => [...palette.querySelectorAll('[role="option"]')].filter(isShown);
const chosen = () => palette.querySelector('[aria-selected="true"]');

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  field.removeAttribute("aria-activedescendant");
  if (!option) return;
  option.id ||= `palette-option-${count++}`;
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", option.id);
}

function narrow() {
  const words = field.value.toLowerCase().split(/\s+/);
  for (const option of palette.querySelectorAll("[data-words]")) {
    const name = `${option.textContent} ${option.dataset.words}`.toLowerCase();
    option.hidden = !words.every((word) => name.includes(word));
  }
  for (const group of palette.querySelectorAll('[role="group"]:has([data-words])')) {
    group.hidden = !group.querySelector('[role="option"]:not([hidden])');
  }
}

function begin() {
  field.value = "";
  found.replaceChildren();
  status.replaceChildren();
  narrow();
  choose(options()[0]);
}

function move(key) {
  const all = options();
  const at = all.indexOf(chosen());
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[key];
  choose(all.at(next % all.length));
}

if (palette) {
  begin();
  palette.addEventListener("close", begin);
  field.addEventListener("input", () => {
    narrow();
    choose(options()[0]);
  });
  // What was chosen may be gone with the answer before.
  palette.addEventListener("htmx:afterSettle", () => chosen() || choose(options()[0]));
  field.addEventListener("keydown", (event) => {
    if (["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) {
      event.preventDefault();
      move(event.key);
    } else if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      palette.close();
    } else if (event.key === "Enter" && chosen() && !event.isComposing) {
      event.preventDefault();
      chosen().click();
    }
  });
}
