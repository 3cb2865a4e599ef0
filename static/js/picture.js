/* One picture: the whole screen, the panel beside it, and turning without losing one's place. */
import "./menus.js";
import "./stars.js";

const main = document.getElementById("main");

function draw() {
  const whole = document.getElementById("fullscreen");
  whole.hidden = !document.fullscreenEnabled;
  whole.setAttribute("aria-pressed", document.fullscreenElement === main);
  const panel = document.getElementById("panel");
  panel.setAttribute("aria-expanded", !main.hasAttribute("data-alone"));
}

main.addEventListener("click", ({ target }) => {
  if (target.closest("[data-fullscreen]")) {
    if (document.fullscreenElement) document.exitFullscreen();
    else main.requestFullscreen();
  } else if (target.closest("[data-panel]")) {
    main.toggleAttribute("data-alone");
    draw();
  }
});

document.addEventListener("fullscreenchange", draw);
main.addEventListener("htmx:afterSettle", ({ target }) => target === main && draw());
draw();
