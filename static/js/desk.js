/* The behaviours of the Create page. */
import "./elapsed.js";
import "./fold.js";
import "./stepper.js";
import "./variables.js";

const wide = window.matchMedia("(width > 47.5rem)");
const prompt = document.querySelector('#composer textarea[name="prompt"]');
if (wide.matches && prompt) {
  prompt.focus();
  prompt.setSelectionRange(prompt.value.length, prompt.value.length);
}
