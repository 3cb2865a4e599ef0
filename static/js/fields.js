/* What stands in a form, by name, and back again. */
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "waits_for"]);

export const read = (form) => Object.fromEntries([...new FormData(form)].filter(([name]) => !NOT_KEPT.has(name)));

export const tell = (element) => element?.dispatchEvent(new Event("input", { bubbles: true }));

// What is no longer offered is not chosen; what is hidden is the server's, but for the prompt's origin.
function put(field, name, value) {
  if (!field || (field.type === "hidden" && name !== "prompt_version")) return;
  if (!field.options || [...field.options].some((option) => option.value === value)) field.value = value;
}

// The prompt comes first: the fields of its {variables} follow from it.
export function write(form, { prompt, ...others }) {
  if (prompt !== undefined) form.elements.prompt.value = prompt;
  tell(form.elements.prompt);
  for (const [name, value] of Object.entries(others)) put(form.elements[name], name, value);
  tell(form.querySelector(".settings"));
  const mode = form.querySelector("[name=mode]:checked");
  mode?.dispatchEvent(new Event("change", { bubbles: true })); // for what is left, in the masthead
}
