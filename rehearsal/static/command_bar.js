/* A chosen command with its options as fields, in the composer: required ones first, the others one press away. */

import { sendable } from "./fields.js";
import { KINDS, listOf, matching, valueOf } from "./command_text.js";
import { h, icon, newId } from "./dom.js";
import { suggestions } from "./suggestions.js";

/** Build the bar. `given` are texts typed already; `complete(option, typed, others)` asks the bot for suggestions;
 *  `send(values)` and `leave()` end it. Returns {element, focus}. */
export function commandBar(command, { given = {}, complete, send, leave }) {
  const required = command.options.filter((one) => one.required);
  const optional = command.options.filter((one) => !one.required);
  const fields = new Map();

  const help = h("p", { class: "bar-help", id: newId("help"), "aria-live": "polite" }, command.description);
  const pills = h("div", { class: "pills" });
  const more = h("div", { class: "more" });
  const submit = h("button", { type: "submit", class: "primary", "aria-label": `Send /${command.name}` }, "Send", icon("send"));
  const element = h(
    "form",
    { class: "bar", novalidate: true, "data-command": command.name, "aria-label": `Command /${command.name}`, onsubmit: finish, onkeydown: keys },
    h("div", { class: "bar-line" },
      h("span", { class: "bar-name" }, `/${command.name}`), pills, more,
      h("span", { class: "bar-end" }, submit,
        h("button", { type: "button", class: "quiet", "aria-label": "Leave this command", onclick: leave }, icon("close")))),
    help,
  );

  for (const one of required) add(one);
  for (const one of optional) if (one.name in given) add(one);
  offer();

  function add(one) {
    const field = commandField(one, given[one.name] ?? "", {
      complete: (typed) => complete(one.name, typed, values({ but: one.name }).values),
      tell: (text) => (help.textContent = text || command.description),
      remove: () => {
        fields.delete(one.name);
        field.element.remove();
        offer();
        focus();
      },
    });
    field.input.setAttribute("aria-describedby", help.id);
    fields.set(one.name, field);
    pills.append(field.element);
    return field;
  }

  function offer() {
    const rest = optional.filter((one) => !fields.has(one.name));
    more.replaceChildren(...rest.map((one) => h(
      "button",
      { type: "button", class: "pill add", title: one.description, "aria-label": `Add ${one.name}: ${one.description}`,
        onclick: () => { const field = add(one); offer(); field.input.focus(); } },
      `+ ${one.name}`,
    )));
  }

  function values({ but = null } = {}) {
    const found = { values: {}, problem: null };
    for (const [name, field] of fields) {
      if (name === but) continue;
      const { value, problem } = field.value();
      if (problem) found.problem ??= { field, text: problem };
      else if (value !== undefined) found.values[name] = value;
    }
    return found;
  }

  function finish(event) {
    event?.preventDefault();
    const found = values();
    if (!found.problem) return send(found.values);
    found.problem.field.complain(found.problem.text);
  }

  function keys(event) {
    if (event.key === "Escape") leave();
    else if (event.key === "Enter" && event.target.tagName === "INPUT") finish(event);
    else return;
    event.preventDefault();
  }

  function focus() {
    const empty = [...fields.values()].find((field) => field.input.value === "");
    (empty?.input ?? submit).focus();
  }

  /** Show what is missing at once: for a command that was typed and is not complete yet. */
  function check() {
    const { problem } = values();
    if (problem) problem.field.complain(problem.text);
    else focus();
  }

  return { element, focus, check };
}

function commandField(one, text, { complete, tell, remove }) {
  if (one.type === 11) return fileField(one, { tell, remove });
  let picked = null;
  const id = newId("option");
  const numeric = one.type === 4 || one.type === 10;
  const input = h("input", {
    id, type: "text", value: text, inputmode: numeric ? "numeric" : null, "aria-required": one.required ? "true" : null,
    placeholder: one.autocomplete || listOf(one) ? "choose" : KINDS[one.type] ?? "", size: 14, onfocus: () => tell(about(one)),
  });
  const label = h("label", { for: id }, one.name, one.required ? h("span", { class: "needed", "aria-hidden": "true" }, " *") : null);
  const drop = one.required ? null : h("button", { type: "button", class: "quiet", "aria-label": `Remove ${one.name}`, onclick: remove }, icon("close"));
  const element = h("div", { class: "pill" }, label, input, drop);

  input.addEventListener("input", () => {
    picked = null;
    element.classList.remove("wrong");
    input.removeAttribute("aria-invalid");
    tell(about(one));
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Backspace" && input.value === "" && drop) {
      event.preventDefault();
      remove();
    }
  });
  if (one.autocomplete || listOf(one)) {
    const suggest = async (typed) => (one.autocomplete ? await complete(typed) : matching(listOf(one), picked ? "" : typed));
    const list = suggestions(input, {
      label: one.name, suggest,
      pick: (item) => {
        input.value = item.label;
        picked = item;
        list.hide();
      },
    });
  }

  return {
    element, input,
    value: () => (picked && picked.label === input.value ? { value: picked.value } : valueOf(one, input.value)),
    complain: (problem) => {
      input.focus();
      element.classList.add("wrong");
      input.setAttribute("aria-invalid", "true");
      tell(`${one.name}: ${problem}`);
    },
  };
}

/** An option that is a file: chosen, read at once, and sent with the rest. */
function fileField(one, { tell, remove }) {
  const id = newId("option");
  let chosen = null;
  const input = h("input", { id, type: "file", "aria-required": one.required ? "true" : null, onfocus: () => tell(about(one)) });
  const label = h("label", { for: id }, one.name, one.required ? h("span", { class: "needed", "aria-hidden": "true" }, " *") : null);
  const drop = one.required ? null : h("button", { type: "button", class: "quiet", "aria-label": `Remove ${one.name}`, onclick: remove }, icon("close"));
  const element = h("div", { class: "pill" }, label, input, drop);
  input.addEventListener("change", async () => {
    const [file] = input.files;
    chosen = file && file.size <= 5_000_000 ? await sendable(file) : null;
    tell(file && !chosen ? `${one.name}: The rehearsal takes files up to 5 MB.` : about(one));
  });
  return {
    element, input,
    value: () => (chosen ? { value: chosen } : one.required ? { problem: "Please choose a file." } : {}),
    complain: (problem) => {
      input.focus();
      input.setAttribute("aria-invalid", "true");
      tell(`${one.name}: ${problem}`);
    },
  };
}

function about(one) {
  const bounds = [
    one.min_value !== undefined ? `from ${one.min_value}` : null,
    one.max_value !== undefined ? `up to ${one.max_value}` : null,
  ].filter(Boolean).join(" ");
  return `${one.name}: ${one.description}${bounds ? ` (${bounds})` : ""}`;
}
