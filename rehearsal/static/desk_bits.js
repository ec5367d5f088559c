/* What the tabs of the desk are made of: buttons, fields, sections. */

import { h, newId } from "./dom.js";

export const button = (label, onclick, { kind = "secondary", ...more } = {}) =>
  h("button", { type: "button", class: `button ${kind}`, onclick, ...more }, label);

export const section = (title, ...parts) => h("section", { class: "desk-section" }, h("h3", {}, title), ...parts);

/** A labelled control: `field("Name", input({…}))`. */
export function field(label, control, detail) {
  control.id ||= newId("desk-field");
  return h("div", { class: "desk-field" }, h("label", { for: control.id }, label), control, detail ? h("p", { class: "detail" }, detail) : null);
}

export const input = (props = {}) => h("input", { type: "text", autocomplete: "off", spellcheck: "false", ...props });

/** A native select; `options` are [value, label]. */
export const select = (options = [], props = {}) => fill(h("select", props), options);

/** Give a select other options, and keep what is chosen, if that is among them. */
export function fill(node, options) {
  const facts = JSON.stringify(options);
  if (node.facts === facts) return node;
  node.facts = facts;
  const chosen = node.options.length ? node.value : options[0]?.[0];
  node.replaceChildren(...options.map(([value, label]) => h("option", { value }, label)));
  if (options.some(([value]) => value === chosen)) node.value = chosen;
  return node;
}

/** A form of one line or more; `send()` when it is sent. A form that went well is empty again. */
export function form(send, ...parts) {
  const node = h("form", { class: "desk-form" }, ...parts);
  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await send();
    if (answer?.ok) for (const one of node.querySelectorAll("input[data-clears]")) one.value = "";
  });
  return node;
}

export const send = (label, kind = "primary") => h("button", { type: "submit", class: `button ${kind}` }, label);

/** A box to tick that does something at once. */
export function tick(label, checked, change, key) {
  const box = h("input", { type: "checkbox", checked, "data-key": key });
  box.addEventListener("change", () => change(box.checked));
  return h("label", { class: "desk-tick" }, box, h("span", {}, label));
}

/** Things that fold open, and stay as they were when they are drawn anew. `open` is the set of keys that are. */
export function fold(key, open, summary, ...inside) {
  const node = h("details", { open: open.has(key) }, h("summary", { "data-key": `fold-${key}` }, summary), ...inside);
  node.addEventListener("toggle", () => (node.open ? open.add(key) : open.delete(key)));
  return node;
}
