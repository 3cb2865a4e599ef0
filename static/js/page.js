/* Small behaviours of every page, one module each. */
import "./copy.js";
import "./keys.js";
import "./toasts.js";
