/* At the desk: the bot as a process, and the end of its log. */

import { button, section } from "./desk_bits.js";
import { h, swapIfChanged } from "./dom.js";

const STATES = {
  online: ["Running", "good"], offline: ["Not connected", "bad"], starting: ["Starting…", "wait"], stopped: ["Stopped", "bad"],
  killed: ["Killed", "bad"], "not started": ["Not started yet", "wait"],
};
const DEEDS = [
  ["start", "Start", "primary"], ["stop", "Stop", "secondary"], ["restart", "Restart", "secondary"], ["kill", "Kill", "danger"],
];

export function botTab(act) {
  const state = h("p", { class: "desk-state", "aria-live": "polite" });
  const deeds = h("div", { class: "desk-row" });
  const log = h("pre", { class: "desk-log", tabindex: "0", "aria-label": "The end of the bot’s log" });
  let busy = false;
  const root = h("div", {},
    section("Red Flask", state, deeds,
      h("p", { class: "detail" }, "Stop asks it to end, as an operator would. Kill ends it at once, as a power cut would: then look what it mends at its next start.")),
    section("The end of its log", log));

  async function doIt(name, told) {
    busy = true;
    show(told);
    await act(`bot/${name}`);
    busy = false;
    show(latest);
  }

  let latest = null;
  function show(told) {
    latest = told;
    const { state: is, log: lines, can } = told.bot;
    const [words, kind] = STATES[is] ?? [is[0].toUpperCase() + is.slice(1), "bad"];
    swapIfChanged(state, [words, kind], () => [h("span", { class: `desk-lamp ${kind}` }), words]);
    swapIfChanged(deeds, [can, busy], () => DEEDS.map(([name, label, style]) =>
      button(label, () => doIt(name, latest), { kind: style, disabled: busy || !can.includes(name), "data-key": `bot-${name}` })));
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 24;
    const text = lines.join("\n") || "Nothing yet. With --verbose the log goes to the terminal instead.";
    if (log.textContent !== text) {
      log.textContent = text;
      if (atEnd) log.scrollTop = log.scrollHeight;
    }
  }

  return { root, show };
}
