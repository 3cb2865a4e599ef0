/* A field to fill in for each {variable} of the prompt, in its order, while it is being written. */
const VARIABLE = /\{([a-z_][a-z0-9_]{0,30})\}/g;

function pair(name) {
  const label = document.createElement("label");
  label.className = "fill__pair";
  const mark = document.createElement("span");
  mark.className = "variable";
  mark.textContent = name;
  const field = document.createElement("input");
  Object.assign(field, { className: "input input--line", name: `value-${name}`, maxLength: 500, required: true });
  label.append(mark, field);
  return label;
}

function follow(prompt) {
  const place = prompt.form.querySelector("[data-fill]");
  const names = [...new Set([...prompt.value.matchAll(VARIABLE)].map((match) => match[1]))];
  const kept = new Map([...place.children].map((label) => [label.querySelector("input").name.slice(6), label]));
  const wanted = names.map((name) => kept.get(name) ?? pair(name));
  const isSame = wanted.length === place.children.length && wanted.every((label, index) => label === place.children[index]);
  if (!isSame) place.replaceChildren(...wanted);
}

document.addEventListener("input", (event) => {
  if (event.target.matches('textarea[name="prompt"]')) follow(event.target);
});
