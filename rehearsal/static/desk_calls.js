/* At the desk: every call that the bot made of Discord, the failed ones among them, and those that the stand-in doesn't know. */

import { section } from "./desk_bits.js";
import { h, newId, swapIfChanged } from "./dom.js";

const count = (number, thing) => `${number.toLocaleString()} ${thing}${number === 1 ? "" : "s"}`;
/** Ids and tokens are long, and mostly alike: their ends are enough until the call is opened. */
const short = (path) => path.replace(/\d{15,}[^/]*/g, (id) => `…${id.slice(-4)}`);
const bytes = (size) => (size < 1024 ? `${size} B` : `${(size / 1024).toFixed(1)} KB`);

export function callsTab(act) {
  const sum = h("p", {});
  const list = h("ol", { class: "desk-calls" });
  const unknown = h("ul", { class: "desk-unknown" });
  const none = h("p", { class: "detail" }, "None. Whatever the bot has asked so far, this rehearsal could answer.");
  const only = radios("Which calls", [["all", "All"], ["failed", "Only what failed"]], () => show(latest));
  const root = h("div", {},
    section("What the bot asked of Discord", sum, only.node, list),
    section("Calls that this stand-in doesn’t know",
      h("p", { class: "detail" }, "They are answered 501 and listed here; the real Discord may have another answer."), none, unknown));
  let latest = null;
  let opened = null; // the number of the call that is open
  let inside = null;

  function show(told) {
    latest = told;
    const { made, failed, broken_limits: broken, limited, unknown: strange } = told.calls;
    sum.textContent = `${count(made, "call")}. ${broken ? `${count(broken, "call")} broke Discord’s limits.` : "None broke Discord’s limits."}${limited ? ` ${count(limited, "answer")} “too often”.` : ""}`;
    const rows = (only.value() === "failed" ? failed : told.calls.calls).toReversed();
    const facts = [rows, opened, inside];
    swapIfChanged(list, facts, () => (rows.length ? rows.map(row) : [h("li", { class: "detail" }, only.value() === "failed" ? "Nothing has failed." : "None yet.")]));
    none.hidden = strange.length > 0;
    swapIfChanged(unknown, strange, () => strange.map((one) =>
      h("li", {}, h("code", {}, `${one.method} ${one.path}`), one.times > 1 ? h("span", { class: "detail" }, ` ${one.times} times`) : null)));
  }

  async function open(number) {
    opened = opened === number ? null : number;
    inside = null;
    show(latest);
    if (opened === null) return;
    const answer = await act("calls/open", { number });
    if (opened === number) inside = answer.ok ? answer.call : null;
    show(latest);
  }

  function row(one) {
    const is = opened === one.number;
    const status = one.status || (one.failed ? "cut" : "…");
    return h("li", { class: one.failed ? "failed-call" : null },
      h("button", { type: "button", "aria-expanded": String(is), "data-key": `call-${one.number}`, onclick: () => open(one.number) },
        h("span", { class: "desk-status" }, String(status)),
        h("code", {}, h("span", { class: "method" }, one.method), " ", is ? one.path : short(one.path)),
        h("span", { class: "detail" }, `${one.ms} ms`, one.size ? ` · ${bytes(one.size)}` : ""),
        one.why ? h("span", { class: "desk-why" }, one.why) : null),
      is ? h("div", { class: "desk-body" }, inside ? body(inside) : h("p", { class: "detail" }, "A moment: it is held against what Discord says of it.")) : null);
  }

  function body(call) {
    const query = Object.entries(call.query).map(([key, value]) => `${key}=${value}`).join("&");
    return [
      call.described ? h("p", { class: "detail" }, call.problems.length ? "Held against Discord’s limits and its own description:" : "Discord’s limits and its own description have nothing against it.") : null,
      call.problems.length ? h("ul", { class: "desk-problems" }, call.problems.map((one) => h("li", {}, one))) : null,
      query ? h("p", { class: "detail" }, "Query: ", h("code", {}, query)) : null,
      call.files.length ? h("p", { class: "detail" }, `Files: ${call.files.join(", ")}`) : null,
      h("h4", {}, "Sent"), h("pre", { tabindex: "0", "aria-label": "What was sent" }, call.body || "nothing"),
      h("h4", {}, "Answered"), h("pre", { tabindex: "0", "aria-label": "What was answered" }, call.answer || "nothing"),
    ];
  }

  return { root, show };
}

function radios(legend, options, changed) {
  const name = newId("only");
  const inputs = options.map(([value], at) => h("input", { type: "radio", name, value, checked: at === 0 }));
  const node = h("fieldset", {}, h("legend", { class: "said" }, legend), h("div", { class: "desk-three" },
    options.map(([, label], at) => h("label", {}, inputs[at], h("span", {}, label)))));
  node.addEventListener("change", changed);
  return { node, value: () => inputs.find((one) => one.checked).value };
}
