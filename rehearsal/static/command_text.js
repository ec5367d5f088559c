/* Commands typed as text: "/learn theme:data". Reading them, and turning what was typed into what Discord sends.
   Knows the commands, not the page. */

import { selectable } from "./world.js";

export const KINDS = { 3: "write", 4: "whole number", 5: "yes or no", 6: "member", 7: "channel", 8: "role", 9: "member or role", 10: "number", 11: "file" };
const SELECT = { 6: 5, 7: 8, 8: 6, 9: 7 };

/** Read a text against the commands on offer.
 *  → {command, given: {option: text}, last: {option, typed} | null, loose} or null if it names none of them.
 *  `last` is the option that is being typed; `loose` is text that belongs to no option. */
export function read(text, commands) {
  const words = text.slice(1);
  const fits = commands.filter(({ name }) => words === name || words.startsWith(`${name} `));
  const command = fits.sort((a, b) => b.name.length - a.name.length)[0];
  if (!command) return null;
  const rest = words.slice(command.name.length);
  const marks = [...rest.matchAll(/(?<=\s)([\p{L}\p{N}_'-]+):/gu)].filter(([, name]) => option(command, name));
  const given = {};
  let last = null;
  marks.forEach((mark, at) => {
    const value = rest.slice(mark.index + mark[0].length, marks[at + 1]?.index).trim();
    given[mark[1]] = value;
    last = { option: mark[1], typed: value };
  });
  return { command, given, last, loose: rest.slice(0, marks[0]?.index).trim() };
}

export const option = (command, name) => command.options.find((one) => one.name === name);

/** Things to choose for an option, if it has a list of its own: [{label, detail, value}] or null. */
export function listOf(one) {
  if (one.choices?.length) return one.choices.map(({ name, value }) => ({ label: name, value }));
  if (one.type === 5) return [{ label: "yes", value: true }, { label: "no", value: false }];
  if (SELECT[one.type]) return selectable({ type: SELECT[one.type], channel_types: one.channel_types });
  return null;
}

/** The items that match what was typed, those that begin with it first. */
export function matching(items, typed) {
  const wanted = bare(typed);
  const at = (item) => bare(item.label).indexOf(wanted);
  return items.filter((item) => at(item) >= 0).sort((a, b) => Math.min(at(a), 1) - Math.min(at(b), 1));
}

/** What Discord would send for a typed text: {value} or {problem}. */
export function valueOf(one, typed) {
  const text = typed.trim();
  if (!text) return one.required ? { problem: "This one is needed." } : {};
  const list = listOf(one);
  if (list) {
    const item = list.find(({ label, value }) => bare(label) === bare(text) || String(value).toLowerCase() === text.toLowerCase());
    return item ? { value: item.value } : { problem: `“${text}” isn’t in the list.` };
  }
  if (one.type === 4 || one.type === 10) return numberOf(one, text);
  if (one.type === 11) return { problem: "A file is chosen, not typed." };
  if (one.min_length && text.length < one.min_length) return { problem: `At least ${one.min_length} characters, please.` };
  if (one.max_length && text.length > one.max_length) return { problem: `At most ${one.max_length} characters, please.` };
  return { value: text };
}

function numberOf(one, text) {
  const number = Number(text.replace(",", "."));
  if (Number.isNaN(number)) return { problem: `“${text}” isn’t a number.` };
  if (one.type === 4 && !Number.isInteger(number)) return { problem: "A whole number, please." };
  if (one.min_value !== undefined && number < one.min_value) return { problem: `Not below ${one.min_value}.` };
  if (one.max_value !== undefined && number > one.max_value) return { problem: `Not above ${one.max_value}.` };
  return { value: number };
}

const bare = (text) => text.toLowerCase().replace(/^[#@]/, "");
