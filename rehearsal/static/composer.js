/* Where a person writes: ordinary text, or "/" and a command. Hands over; sends nothing itself. */

import { commandBar } from "./command_bar.js";
import { listOf, matching, read, valueOf } from "./command_text.js";
import { h, icon } from "./dom.js";
import { suggestions } from "./suggestions.js";
import { channel, commandsIn, isThread, title, DM, FORUM } from "./world.js";

/** Build the composer in `root`. `on.say(text)`, `on.command(name, options)`, `on.complete(name, option, typed, others)`. */
export function composer(root, on) {
  let here = null;
  let ended = null;

  const field = h("textarea", { id: "say", rows: 1, maxlength: 2000, "data-shy": true, "aria-describedby": "say-help" });
  const form = h(
    "form",
    { class: "say", onsubmit: (event) => { event.preventDefault(); send(); } },
    field,
    h("button", { type: "submit", class: "quiet", "aria-label": "Send" }, icon("send")),
  );
  const help = h("p", { id: "say-help", class: "said" }, "Type a slash for the commands.");
  const closed = h("p", { class: "plain", hidden: true }, "This is a forum: open one of its posts to write there.");
  const problem = h("p", { class: "failed", role: "alert" });
  root.append(problem, form, help, closed);

  const list = suggestions(field, { label: "Commands", suggest, pick, eager: (text) => !text.includes(" ") || !read(text, offered()) });
  field.addEventListener("input", () => {
    problem.textContent = "";
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.defaultPrevented) return;
    event.preventDefault();
    send();
  });

  const offered = () => commandsIn(channel(here));

  async function suggest(text) {
    if (!text.startsWith("/")) return [];
    const typed = read(text, offered());
    if (!typed || text === `/${typed.command.name}`) {
      const wanted = text.slice(1).toLowerCase();
      const fits = offered().filter(({ name }) => name.includes(wanted));
      fits.sort((a, b) => Number(b.name.startsWith(wanted)) - Number(a.name.startsWith(wanted)));
      return fits.map((command) => ({ label: `/${command.name}`, detail: command.description, value: { command } }));
    }
    const { command, given, last } = typed;
    const open = last && !text.endsWith("  ") ? command.options.find((one) => one.name === last.option) : null;
    if (open) {
      const { [last.option]: _, ...others } = given;
      const found = open.autocomplete
        ? await on.complete(command.name, open.name, last.typed, valuesOf(command, others).values)
        : matching(listOf(open) ?? [], last.typed);
      const start = text.slice(0, text.lastIndexOf(`${last.option}:`));
      return found.map((item) => ({ ...item, value: { text: `${start}${last.option}:${item.value} ` } }));
    }
    const rest = command.options.filter((one) => !(one.name in given));
    return rest.map((one) => ({ label: `${one.name}:`, detail: one.description, value: { text: `${text.trimEnd()} ${one.name}:` } }));
  }

  function pick({ value }) {
    list.hide();
    if (value.command) return openBar(value.command);
    field.value = value.text;
    list.refresh();
  }

  function valuesOf(command, given) {
    const values = {};
    let complete = true;
    for (const one of command.options) {
      const { value, problem: wrong } = valueOf(one, given[one.name] ?? "");
      if (wrong) complete = false;
      else if (value !== undefined) values[one.name] = value;
    }
    return { values, complete };
  }

  function send() {
    const text = field.value.trim();
    if (!text) return;
    const typed = text.startsWith("/") ? read(text, offered()) : null;
    if (text.startsWith("/") && !typed) {
      problem.textContent = `There is no command ${text.split(" ")[0]} here for you. Type / alone to see them all.`;
      return;
    }
    list.hide();
    if (!typed) {
      on.say(text);
      clear();
      return;
    }
    const { values, complete } = valuesOf(typed.command, typed.given);
    if (!complete || typed.loose) return openBar(typed.command, typed.given, true);
    on.command(typed.command.name, values);
    clear();
  }

  function clear() {
    field.value = "";
    field.style.height = "auto";
    problem.textContent = "";
  }

  function openBar(command, given = {}, check = false) {
    clear();
    leave(false);
    const bar = commandBar(command, {
      given,
      complete: (option, typed, others) => on.complete(command.name, option, typed, others),
      send: (values) => {
        leave();
        on.command(command.name, values);
      },
      leave: () => leave(),
    });
    ended = bar.element;
    form.hidden = true;
    form.before(bar.element);
    if (check) bar.check();
    else bar.focus();
  }

  function leave(focus = true) {
    ended?.remove();
    ended = null;
    form.hidden = false;
    if (focus) field.focus();
  }

  return {
    /** Someone, or somewhere, else: start afresh. */
    show(id) {
      here = id;
      const place = channel(id);
      leave(false);
      clear();
      const forum = place.type === FORUM;
      form.hidden = forum;
      closed.hidden = !forum;
      const words = place.type === DM || isThread(place) ? `Message ${title(place)}` : `Message #${title(place)}`;
      field.setAttribute("aria-label", words);
      field.placeholder = `${words}, or type /`;
    },
    /** Begin a command as if it had been chosen from the list; says whether this person is offered it here. */
    begin(name, given = {}) {
      const command = offered().find((one) => one.name === name) ?? offered().find((one) => one.name.startsWith(`${name} `));
      if (command) openBar(command, given);
      return Boolean(command);
    },
    slash() {
      leave(false);
      field.focus();
      field.value = "/";
      list.refresh();
    },
    say: (text) => (problem.textContent = text),
    focus: () => field.focus(),
  };
}
