/* Embeds: what old-fashioned messages have beside their text. Red Flask sends none; other bots do. */

import { h } from "./dom.js";

export function embed(one) {
  const box = h("section", { class: "container embed" },
    one.author ? h("p", { class: "detail" }, one.author.name) : null,
    one.title_html ? h("div", { class: "text title", html: one.title_html }) : null,
    one.description_html ? h("div", { class: "text", html: one.description_html }) : null,
    one.fields?.length ? h("dl", { class: "embed-fields" }, one.fields.map((field) => h("div", { class: field.inline ? null : "whole" },
      h("dt", { class: "text", html: field.name_html }), h("dd", { class: "text", html: field.value_html })))) : null,
    one.image ? h("p", { class: "plain" }, "A picture from elsewhere: nothing is loaded from outside here.") : null,
    one.footer ? h("p", { class: "detail" }, one.footer.text) : null);
  if (one.color) box.style.setProperty("--accent", `#${one.color.toString(16).padStart(6, "0")}`);
  return box;
}
