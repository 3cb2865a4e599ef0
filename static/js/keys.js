/* Keyboard. What has data-key="x" is pressed by x, or focused where it is a field; a field goes
   before a link. Several keys stand apart: "/ mod+k" is / or Ctrl (Cmd) with k; "gq" is g, then q.
   A form with data-key="submit" is sent by Ctrl or Cmd with Enter. Nobody's typing is disturbed. */
import { recall, remember } from "./memory.js";

const PAUSE = 1500; // ms between the two keys of "gq"
const isField = (element) => element.matches("input, textarea, select, [contenteditable]");
const isBusy = () => document.querySelector(":popover-open, dialog[open]");
let before = { key: "", at: 0 };

function send(form) {
  const button = form.querySelector('button[type="submit"]:not(:disabled)');
  if (button) form.requestSubmit(button);
}

function press(key) {
  const found = [...document.querySelectorAll(`[data-key~="${CSS.escape(key)}"]:not(:disabled)`)];
  const target = found.find(isField) ?? found[0];
  if (!target) return false;
  if (!target.dataset.opens) target.focus(); // a dialog gives the focus back to where it was
  if (!isField(target)) target.click();
  return true;
}

function pressLetter({ key, timeStamp }) {
  const isSecond = before.key && timeStamp - before.at < PAUSE;
  const done = (isSecond && press(before.key + key)) || press(key);
  before = { key: done || key.length > 1 ? "" : key, at: timeStamp };
  return done;
}

function answer(event) {
  const isMod = event.ctrlKey || event.metaKey;
  if (isMod && event.key === "Enter") {
    const form = event.target.closest?.('form[data-key~="submit"]');
    if (form && !event.repeat) send(form); // held down it would be sent again after each answer
    return Boolean(form);
  }
  if (event.altKey || isBusy()) return false;
  if (isMod) return !event.shiftKey && press(`mod+${event.key.toLowerCase()}`);
  const isOff = recall("keys") === "off" && event.key.length === 1;
  return !isOff && !isField(event.target) && pressLetter(event);
}

document.addEventListener("keydown", (event) => {
  if (!event.defaultPrevented && !event.isComposing && answer(event)) event.preventDefault();
});

// Whoever speaks to the computer may not want single letters to do anything.
const toggle = document.querySelector("[data-letters]");
if (toggle) {
  toggle.checked = recall("keys") !== "off";
  toggle.addEventListener("change", () => remember("keys", toggle.checked ? "on" : "off"));
}

const named = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
if (named && isField(named)) named.focus();
