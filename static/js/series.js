/* The form of a batch: its {variables} as lists, and a file read into the field where it can be
   looked at and mended. What is not UTF-8 stays a file: the hub says what is wrong with it. */
import { tell } from "./fields.js";
import "./mirror.js";
import "./stepper.js";
import "./variables.js";

const form = document.getElementById("series-form");
const MOST = 1024 * 1024; // bytes

async function read(input) {
  const [file] = input.files;
  if (!file || file.size > MOST) return;
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const field = document.getElementById(input.dataset.into);
    field.value = decoder.decode(await file.arrayBuffer());
    input.value = "";
    tell(field);
  } catch {
    // Left where it is.
  }
}

form.addEventListener("change", ({ target }) => target.matches("[data-into]") && read(target));
// What was wrong with the last try is told anew beside the button, as it is now.
form.addEventListener("input", () => {
  for (const place of form.querySelectorAll(".batch-values__faults, #series-errors")) place.replaceChildren();
});
