/* Small behaviours of every page, one module each. */
import "./copy.js";
import "./countdown.js";
import "./dialogs.js";
import "./focus.js";
import "./keys.js";
import "./palette.js";
import "./toasts.js";
