/* At the desk: the clock. To the next posting, by a while, or over the next change of summer time. */

import { button, section } from "./desk_bits.js";
import { h, swapIfChanged } from "./dom.js";
import { fromNow, here, inFull } from "./times.js";

const STEPS = [["hour", "+1 hour"], ["day", "+1 day"], ["week", "+1 week"]];

export function clockTab(act) {
  const time = h("p", { class: "desk-state" });
  const zone = h("p", { class: "detail" });
  const going = h("div", { class: "desk-going" });
  const postings = h("input", { type: "checkbox", checked: true });
  const deeds = h("div", { class: "desk-row" });
  const coming = h("ol", { class: "desk-coming" });
  const root = h("div", {},
    section("What time it is here", time, zone, going),
    section("Move it on", deeds,
      h("label", { class: "desk-tick" }, postings, h("span", {}, "Post everything that is due on the way, each at its time")),
      h("p", { class: "detail" }, "Without that, what is passed over by more than its grace is missed, as after a power cut.")),
    section("What the calendar has next", coming));

  const move = (to) => act("clock/move", { to, posting: postings.checked });

  function show({ clock: told }) {
    time.textContent = inFull(here());
    const change = told.change ? new Date(told.change) : null;
    zone.textContent = told.zone
      ? `The group’s zone is ${told.zone}: ${inThat(told.zone, here())} there.${change ? ` Its clocks change next on ${day(change, told.zone)}.` : " Its clocks don’t change."}`
      : "No group has a time zone yet.";
    swapIfChanged(going, told.going, () => (told.going ? [
      h("p", {}, `On the way; ${told.going.stops === 1 ? "1 stop" : `${told.going.stops} stops`} so far.`),
      button("Stop there", () => act("clock/stop"), { "data-key": "clock-stop" })] : []));
    swapIfChanged(deeds, [told.going !== null, told.coming.length > 0, told.change !== null, told.ahead !== 0], () => {
      const busy = told.going !== null;
      return [
        button("To the next posting", () => move("posting"), { kind: "primary", disabled: busy || !told.coming.length, "data-key": "clock-posting" }),
        ...STEPS.map(([to, label]) => button(label, () => move(to), { disabled: busy, "data-key": `clock-${to}` })),
        button("Over the change of summer time", () => move("summer time"), { disabled: busy || !told.change, "data-key": "clock-summer" }),
        button("Back to now", () => move("now"), { disabled: busy || told.ahead === 0, "data-key": "clock-back" }),
      ];
    });
    swapIfChanged(coming, [told.coming, Math.floor(here() / 60000)], () => (told.coming.length ? told.coming.map(row) : [
      h("li", { class: "detail" }, "Nothing yet: /plan start plans a whole course, /schedule add a single thing.")]));
  }

  const row = (one) => {
    const at = new Date(one.at);
    return h("li", {},
      h("span", {}, inFull(at), " ", h("span", { class: "detail" }, `(${fromNow(at)})`)),
      h("span", { class: "detail" }, one.is_card ? `the card for whoever leads · ${one.what}` : one.what, ` · ${one.group}`));
  };

  return { root, show };
}

function inThat(zone, moment) {
  return new Intl.DateTimeFormat(undefined, { timeZone: zone, weekday: "long", hour: "2-digit", minute: "2-digit" }).format(moment);
}

function day(moment, zone) {
  return new Intl.DateTimeFormat(undefined, { timeZone: zone, dateStyle: "long" }).format(moment);
}
