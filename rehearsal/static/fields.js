/* The fields of a form, one kind each: its element, its value as Discord would send it, and what is wrong with it. */

import { h, newId } from "./dom.js";
import { defaults, menu } from "./menu.js";

/** → {id, element, value(), check(), focus()}. */
export function fieldOf(part, label, description) {
  const ids = { input: newId("field"), detail: newId("detail"), problem: newId("problem") };
  const kind = (KINDS[part.type] ?? nothing)(part, label, ids);
  const needed = isNeeded(part);
  const problem = h("p", { class: "failed", id: ids.problem });
  const name = [label, needed ? h("span", { class: "needed", "aria-hidden": "true" }, " *") : null];
  const detail = description ? h("p", { class: "detail", id: ids.detail }, description) : null;
  const element = kind.group
    ? h("fieldset", { class: "field", "aria-describedby": `${ids.detail} ${ids.problem}` }, h("legend", {}, name), detail, kind.node, problem)
    : h("div", { class: kind.beside ? "field beside" : "field" }, h(kind.labelled ? "label" : "span", { class: "label-text", for: kind.labelled ? ids.input : null }, name), detail, kind.node, problem);
  const control = kind.focus;
  if (!kind.group) {
    control.setAttribute("aria-describedby", `${description ? ids.detail : ""} ${ids.problem}`.trim());
    if (needed && kind.labelled) control.setAttribute("aria-required", "true");
  }
  element.addEventListener("input", () => say(""));

  function say(text) {
    problem.textContent = text;
    element.classList.toggle("wrong", Boolean(text));
    if (text) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }

  function focus() {
    element.scrollIntoView({ block: "nearest" });
    (kind.now?.() ?? control).focus({ preventScroll: true });
  }

  function check() {
    const text = kind.problem(needed);
    say(text);
    return !text;
  }

  return { id: part.custom_id, element, value: kind.value, check, focus };
}

const isNeeded = (part) => part.type !== 23 && part.required !== false && part.min_values !== 0;

const KINDS = { 3: select, 4: text, 5: select, 6: select, 7: select, 8: select, 19: upload, 21: radios, 22: checkboxes, 23: checkbox };

function text(part, label, ids) {
  const long = part.style === 2;
  const most = part.max_length ?? 4000;
  const shared = { id: ids.input, placeholder: part.placeholder, maxlength: most };
  const input = long ? h("textarea", { ...shared, rows: 5 }) : h("input", { ...shared, type: "text", autocomplete: "off" });
  input.value = part.value ?? "";
  const count = h("span", { class: "count", "aria-hidden": "true" });
  const tell = () => (count.textContent = `${input.value.length} of ${most}`);
  input.addEventListener("input", tell);
  tell();
  return {
    node: long ? h("div", {}, input, count) : input, focus: input, labelled: true,
    value: () => input.value,
    problem: (needed) => {
      const length = input.value.trim().length;
      if (needed && !length) return "Please write something here.";
      if (length && part.min_length && input.value.length < part.min_length) return `Please write at least ${part.min_length} characters.`;
      return "";
    },
  };
}

function select(part, label) {
  let picked = defaults(part);
  const node = menu(part, {
    name: label, chosen: picked,
    changed: (values) => {
      picked = values;
      node.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  const least = part.min_values ?? 1;
  return {
    node, focus: node.querySelector("button"), value: () => picked,
    problem: (needed) => {
      if (needed && !picked.length) return "Please choose something here.";
      if (picked.length && picked.length < least) return `Please choose at least ${least}.`;
      return "";
    },
  };
}

function choices(part, type, ids) {
  return (part.options ?? []).map((option, at) => {
    const id = `${ids.input}-${at}`;
    const input = h("input", { type, id, name: ids.input, value: option.value, "aria-describedby": option.description ? `${id}-d` : null });
    input.checked = Boolean(option.default);
    return h("div", { class: "choice" }, input, h("label", { for: id }, option.label),
      option.description ? h("span", { class: "detail", id: `${id}-d` }, option.description) : null);
  });
}

const ticked = (node) => [...node.querySelectorAll("input:checked")].map((input) => input.value);

function radios(part, label, ids) {
  const node = h("div", {}, choices(part, "radio", ids));
  return {
    node, group: true, focus: node.querySelector("input"), now: () => node.querySelector("input:checked"),
    value: () => ticked(node)[0] ?? null,
    problem: (needed) => (needed && !ticked(node).length ? "Please choose one." : ""),
  };
}

function checkboxes(part, label, ids) {
  const node = h("div", {}, choices(part, "checkbox", ids));
  const least = part.min_values ?? 1;
  const most = part.max_values ?? (part.options ?? []).length;
  return {
    node, group: true, focus: node.querySelector("input"), value: () => ticked(node),
    problem: (needed) => {
      const count = ticked(node).length;
      if ((needed || count) && count < least) return least === 1 ? "Please choose at least one." : `Please choose at least ${least}.`;
      return count > most ? `Please choose no more than ${most}.` : "";
    },
  };
}

function checkbox(part, label, ids) {
  const input = h("input", { type: "checkbox", id: ids.input });
  input.checked = Boolean(part.default);
  return { node: input, focus: input, labelled: true, beside: true, value: () => input.checked, problem: () => "" };
}

function upload(part, label, ids) {
  const most = part.max_values ?? 1;
  const input = h("input", { type: "file", id: ids.input, multiple: most > 1 });
  return {
    node: input, focus: input, labelled: true,
    value: () => Promise.all([...input.files].map(sendable)),
    problem: (needed) => {
      if (needed && input.files.length < (part.min_values ?? 1)) return "Please choose a file.";
      if (input.files.length > most) return most === 1 ? "One file only, please." : `At most ${most} files, please.`;
      return [...input.files].some((file) => file.size > 5_000_000) ? "The rehearsal takes files up to 5 MB." : "";
    },
  };
}

/** A file as the page hands it over. */
export const sendable = async (file) => ({ name: file.name, type: file.type, data: await base64(file) });

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

function nothing(part) {
  const node = h("p", { class: "plain", tabindex: "-1" }, `(a field of type ${part.type}, which the rehearsal can’t draw)`);
  return { node, focus: node, value: () => null, problem: () => "" };
}
