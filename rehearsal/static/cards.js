/* Components V2 drawn: what a message is made of, from a container down to a button. One function per type; the type
   numbers are Discord's. What a press does is up to `on`. */

import { h, icon } from "./dom.js";
import { defaults, menu } from "./menu.js";

const BUTTONS = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };

/** Draw components. `on.mark(custom_id)` → {working, failed, values}; `on.press(custom_id)`; `on.pick(custom_id, values)`. */
export const card = (parts, on) => (parts ?? []).map((part) => (DRAW[part.type] ?? unknown)(part, on));

const DRAW = {
  1: row,
  2: button,
  3: select, 5: select, 6: select, 7: select, 8: select,
  9: section,
  10: (part) => h("div", { class: "text", html: part.html }),
  11: (part) => picture(part.media, part, "thumbnail"),
  12: gallery,
  13: file,
  14: separator,
  17: container,
};

const unknown = (part) => h("p", { class: "plain" }, `(a part of type ${part.type}, which the rehearsal can’t draw)`);

function container(part, on) {
  const box = h("div", { class: "container" }, card(part.components, on));
  if (part.accent_color !== undefined && part.accent_color !== null) {
    box.style.setProperty("--accent", `#${part.accent_color.toString(16).padStart(6, "0")}`);
  }
  return veiled(part, box);
}

function row(part, on) {
  const failed = (part.components ?? []).map((inner) => on.mark(inner.custom_id).failed).filter(Boolean);
  return h("div", { class: "row" }, card(part.components, on), failed.map((text) => h("p", { class: "failed", role: "alert" }, text)));
}

function button(part, on) {
  const words = [
    part.emoji?.name ? h("span", { "aria-hidden": part.label ? "true" : null }, part.emoji.name) : null,
    part.label ? h("span", {}, part.label) : null,
  ];
  if (part.style === 5) {
    return h("a", { class: "button link", href: part.url, target: "_blank", rel: "noopener noreferrer nofollow", title: part.url },
      words, icon("out"), h("span", { class: "said" }, "(leaves this page)"));
  }
  const { working } = on.mark(part.custom_id);
  return h("button", {
    type: "button", class: `button ${BUTTONS[part.style] ?? "secondary"}`, disabled: part.disabled,
    "data-key": `c:${part.custom_id}`, "aria-busy": working ? "true" : null,
    onclick: () => !working && on.press(part.custom_id),
  }, words);
}

function select(part, on) {
  const { working, values } = on.mark(part.custom_id);
  return menu(part, {
    name: part.placeholder || "Menu",
    chosen: values ?? defaults(part),
    changed: (picked) => on.pick(part.custom_id, picked, part),
    props: { "data-key": `c:${part.custom_id}`, "aria-busy": working ? "true" : null },
  });
}

function section(part, on) {
  const failed = part.accessory?.custom_id ? on.mark(part.accessory.custom_id).failed : null;
  return h("div", { class: "section" },
    h("div", { class: "section-text" }, card(part.components, on)),
    h("div", { class: "section-side" }, card([part.accessory].filter(Boolean), on)),
    failed ? h("p", { class: "failed", role: "alert" }, failed) : null);
}

function gallery(part) {
  const items = part.items ?? [];
  return h("div", { class: "gallery", "data-count": items.length }, items.map((item) => picture(item.media, item, "shot")));
}

/** A picture and its alt text, which Discord hides behind a badge in its corner, and so do we. */
function picture(media, { description, spoiler }, kind) {
  if (!media.url.startsWith("/")) {
    return h("p", { class: "plain" }, `A picture from elsewhere (${media.url}); nothing is loaded from outside here.`);
  }
  const shape = media.width && media.height ? within(media) : {};
  const image = h("a", { href: media.url, target: "_blank", class: "full" }, h("img", { src: media.url, alt: description ?? "", ...shape }));
  if (!description) image.setAttribute("aria-label", "A picture without alt text");
  const alt = description
    ? h("details", { class: "alt" }, h("summary", {}, "ALT"), h("p", {}, description))
    : h("span", { class: "alt none" }, "no alt text");
  return veiled({ spoiler }, h("figure", { class: `${kind}${description ? "" : " bare"}` }, image, h("figcaption", {}, alt)));
}

const TALLEST = 416; // px, for a picture by itself

/** The size in which it is shown. It is known before the picture has come, so that nothing moves when it does. */
function within({ width, height }) {
  const scale = Math.min(1, TALLEST / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

function file(part) {
  const size = part.size ? h("span", { class: "detail" }, `${Math.max(1, Math.round(part.size / 1024))} KB`) : null;
  const name = part.name ?? part.file.url.split("/").at(-1).split("?")[0];
  const link = part.file.url.startsWith("/") ? { href: part.file.url, download: name } : {};
  return veiled(part, h("a", { class: "file", ...link }, icon("file"), h("span", { class: "file-name" }, name), size));
}

/** An attachment that no component shows: old-fashioned messages have them. */
export const attachment = (one) =>
  (one.content_type ?? "").startsWith("image/")
    ? picture({ url: one.url, width: one.width, height: one.height }, { description: one.description }, "shot")
    : file({ file: { url: one.url }, name: one.filename, size: one.size });

function separator(part) {
  const size = part.spacing === 2 ? "wide" : "";
  return part.divider === false ? h("div", { class: `gap ${size}` }) : h("hr", { class: size });
}

/** What is marked as a spoiler lies behind a veil until it is asked for: out of sight, and out of reach of keys and readers. */
function veiled(part, node) {
  if (!part.spoiler) return node;
  const behind = h("div", { class: "behind", inert: true }, node);
  const box = h("div", { class: "veil" }, behind, h("button", { type: "button", class: "lift", "aria-label": "Spoiler: press to show", onclick: lift }, "Spoiler"));
  function lift() {
    behind.inert = false;
    box.replaceWith(node);
    node.tabIndex = -1;
    node.focus({ preventScroll: true });
  }
  return box;
}
