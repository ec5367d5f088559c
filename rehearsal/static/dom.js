/* Tools for building the page. Here alone does text become HTML, and only HTML that the server has escaped. */

const policy = window.trustedTypes?.createPolicy("red-flask", { createHTML: (html) => html });

/** Make an element: `h("p", {class: "x", onclick: f, html: escapedByServer}, "text", child, …)`. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "html") node.innerHTML = policy ? policy.createHTML(value) : value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/** One of the symbols drawn in index.html; decoration only. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Replace what is inside `root`, and keep the focus where it was if that control (its data-key) is still there. */
export function swap(root, ...nodes) {
  const held = root.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  root.replaceChildren(...nodes);
  if (held !== undefined) root.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
}

/** Like `swap`, but only if `facts` differ from those of the last time. */
export function swapIfChanged(root, facts, build) {
  const now = JSON.stringify(facts);
  if (root.facts === now) return;
  root.facts = now;
  swap(root, ...[build()].flat());
}

/** Give the mentions of roles under `root` the colours of their roles. */
export function colourRoles(root) {
  for (const node of root.querySelectorAll("[data-colour]")) node.style.setProperty("--role", node.dataset.colour);
}

let made = 0;
export const newId = (stem) => `${stem}-${++made}`;
