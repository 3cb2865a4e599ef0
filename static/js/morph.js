/* hx-swap="morph": makes an element equal to the one that was answered by changing only what differs.
   What stays keeps its focus, its scroll, its open details and what is written in it. Children with
   an id are known by it, the others by their place. */
const KEPT = { DETAILS: "open", DIALOG: "open", INPUT: "value", OPTION: "selected" };

const isSame = (one, other) => one.nodeName === other.nodeName && (one.id ?? "") === (other.id ?? "");

function morph(from, to) {
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.data !== to.data) from.data = to.data;
    return;
  }
  if (from.isEqualNode(to)) return;
  const own = KEPT[from.nodeName];
  for (const { name } of [...from.attributes]) if (!to.hasAttribute(name) && name !== own) from.removeAttribute(name);
  for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value && name !== own) from.setAttribute(name, value);
  children(from, to);
}

function children(from, to) {
  const wanted = new Set([...to.children].map((child) => child.id).filter(Boolean));
  for (const child of [...from.children]) if (child.id && !wanted.has(child.id)) child.remove();
  let at = from.firstChild;
  const drop = () => {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  };
  for (const child of [...to.childNodes]) {
    const known = child.id && [...from.children].find((each) => isSame(each, child));
    // What is moved loses the focus: rather let go of what stands before it.
    while (known && at && at !== known && !at.id) drop();
    if (known && known !== at) from.insertBefore(known, at);
    else if (!at || !isSame(at, child)) from.insertBefore(child, at);
    else at = at.nextSibling;
    const placed = at ? at.previousSibling : from.lastChild;
    if (placed !== child) morph(placed, child);
  }
  while (at) drop();
}

window.htmx.defineExtension("morph", {
  isInlineSwap: (style) => style === "morph",
  handleSwap(style, target, fragment) {
    if (style !== "morph") return false;
    const to = fragment.firstElementChild;
    if (!to) return []; // an answer of messages only
    if (isSame(target, to)) morph(target, to);
    else target.replaceWith(to);
    return [isSame(target, to) ? target : to];
  },
});
