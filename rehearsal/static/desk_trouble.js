/* At the desk: what goes wrong with Discord, on purpose. One table, a form that adds to it, and what can happen to the line. */

import { button, field, fill, form, input, section, select, send } from "./desk_bits.js";
import { h, newId, swapIfChanged } from "./dom.js";

const times = (count) => (count === 1 ? "once" : count === 2 ? "twice" : `${count} times`);

export function troubleTab(act) {
  const known = h("datalist", { id: newId("calls") });
  const call = input({ list: known.id, value: "POST /channels/*/messages", class: "code" });
  const answer = select([], { onchange: () => show(latest) });
  const pause = input({ inputmode: "decimal", value: "2" });
  const often = select([["1", "once"], ["2", "twice"], ["3", "3 times"], ["5", "5 times"], ["10", "10 times"], ["", "always, until removed"]]);
  const waits = field("Seconds", pause);
  const rows = h("div", { class: "desk-list" });
  const lines = h("div", { class: "desk-row" });
  const room = select();
  const root = h("div", {},
    section("What goes wrong", rows,
      form(() => act("trouble/add", { call: call.value, answer: answer.value, times: often.value, seconds: pause.value }),
        field("At these calls", call, "* stands for an id, ** for anything; * ** is every call."), known,
        field("Instead of an answer", answer),
        h("div", { class: "desk-pair" }, waits, field("How often", often)),
        send("Let it go wrong"))),
    section("The line to the bot", lines),
    section("A channel is deleted",
      form(() => act("rooms/remove", { channel: room.value }), h("div", { class: "desk-pair" }, field("Which", room), send("Delete it", "danger")))));
  let latest = null;

  function show(told) {
    latest = told;
    const { rows: all, calls, answers, online } = told.trouble;
    swapIfChanged(known, calls, () => calls.map((one) => h("option", { value: one })));
    fill(answer, answers.map((one) => [one.name, one.words]));
    const what = answers.find((one) => one.name === answer.value)?.seconds;
    waits.hidden = !what;
    waits.querySelector("label").textContent = what ? `Seconds: ${what}` : "Seconds";
    fill(room, told.rooms.rooms.map((one) => [one.id, one.thread ? `↳ ${one.name}` : `#${one.name}`]));
    swapIfChanged(rows, all, () => (all.length ? all.map(row) : [h("p", { class: "detail" }, "Nothing: Discord behaves.")]));
    swapIfChanged(lines, online, () => [
      ["gateway/drop", "Drop it"], ["gateway/invalidate", "Drop it and forget the session"], ["gateway/reconnect", "Ask it to connect anew"],
    ].map(([deed, label]) => button(label, () => act(deed), { disabled: !online, "data-key": deed })));
  }

  const row = (one) => h("div", { class: `desk-trouble${one.left === 0 ? " over" : ""}` },
    h("code", {}, `${one.method} ${one.path}`),
    h("p", {}, one.answer, one.seconds === null ? "" : `, ${one.seconds}\u00a0s`),
    h("p", { class: "detail" },
      one.left === null ? "always" : one.left === 0 ? "used up" : `${times(one.left)} more`, " · ",
      h("strong", {}, one.hits === 0 ? "not yet happened" : `happened ${times(one.hits)}`)),
    button("Remove", () => act("trouble/remove", { number: one.number }), { "aria-label": `Remove: ${one.method} ${one.path}, ${one.answer}`, "data-key": `trouble-${one.number}` }));

  return { root, show };
}
