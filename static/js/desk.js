/* The behaviours of the Create page. */
import "./elapsed.js";
import "./fold.js";
import "./stepper.js";
import "./variables.js";

const wide = window.matchMedia("(width > 47.5rem)");

function begin(composer) {
  const prompt = composer.querySelector('textarea[name="prompt"]');
  if (!wide.matches || !prompt) return;
  prompt.focus();
  prompt.setSelectionRange(prompt.value.length, prompt.value.length);
}

begin(document.getElementById("composer"));
document.addEventListener("htmx:load", (event) => {
  if (event.target.id === "composer") begin(event.target);
});
