/* A field to fill in for each {variable} of the prompt, in its order, while it is being written. */
export const VARIABLE = /\{([a-z_][a-z0-9_]{0,30})\}/g;

// [data-fill="lines"]: for several values, one a line.
const KINDS = {
  "": ["input", "fill__pair", { className: "input input--line", maxLength: 500, required: true }, "value-"],
  lines: ["textarea", "batch-lists__pair", { className: "textarea", rows: 5 }, "list-"],
};

function pair(name, kind) {
  const [tag, className, properties, prefix] = KINDS[kind];
  const label = document.createElement("label");
  label.className = className;
  const mark = document.createElement("span");
  mark.className = "variable";
  mark.textContent = name;
  const field = document.createElement(tag);
  Object.assign(field, properties, { name: prefix + name });
  label.append(mark, field);
  return label;
}

function follow(prompt) {
  const place = prompt.form.querySelector("[data-fill]");
  const names = [...new Set([...prompt.value.matchAll(VARIABLE)].map((match) => match[1]))];
  const kept = new Map([...place.children].map((label) => [label.querySelector(".variable").textContent, label]));
  const wanted = names.map((name) => kept.get(name) ?? pair(name, place.dataset.fill));
  const isSame = wanted.length === place.children.length && wanted.every((label, index) => label === place.children[index]);
  if (!isSame) place.replaceChildren(...wanted);
}

document.addEventListener("input", (event) => {
  if (event.target.matches('textarea[name="prompt"]')) follow(event.target);
});
