/* At the desk: fill the group with made-up learners, and move on until what they have learnt is published. */

import { button, field, form, input, section, send } from "./desk_bits.js";
import { h, swapIfChanged } from "./dom.js";

export function learnersTab(act) {
  const count = input({ inputmode: "numeric", value: "20" });
  const seed = input({ inputmode: "numeric", value: "1" });
  const go = send("Let them learn");
  const progress = h("div", { class: "desk-progress" });
  const next = h("div", { class: "desk-row" });
  const root = h("div", {},
    section("Made-up learners",
      h("p", { class: "detail" }, "They come to the server, join the group, read lessons and take quizzes: through the real bot, as people would, only faster. The same seed brings the same people."),
      form(() => act("learners/fill", { count: count.value, seed: seed.value }),
        h("div", { class: "desk-pair" }, field("How many", count), field("Seed", seed), go)),
      progress),
    section("So that /progress has something to show",
      h("p", { class: "detail" }, "What a group has learnt is told at most once a week, on a new day, and only where enough learners went on. This moves the clock, day by day, until that has happened."),
      next));

  function show({ learners: told, clock }) {
    go.disabled = told.busy || clock.going !== null;
    swapIfChanged(progress, told, () => [
      told.count ? bar(told) : null,
      told.busy ? button("Stop them", () => act("learners/stop"), { "data-key": "learners-stop" }) : null,
      told.troubles.length ? h("ul", { class: "desk-problems" },
        told.troubles.map((one) => h("li", {}, one)),
        told.more_troubles ? h("li", {}, `and ${told.more_troubles} more`) : null) : null,
    ].filter(Boolean));
    swapIfChanged(next, [told.busy, clock.going, clock.groups.length], () => [
      button("Move on until it is told", () => act("learners/publish"), { disabled: told.busy || clock.going !== null || !clock.groups.length, "data-key": "learners-publish" })]);
  }

  const bar = (told) => h("div", {},
    h("progress", { max: String(told.count), value: String(told.done), "aria-label": "Learners who are done" }),
    h("p", {}, `${told.done} of ${told.count} are done: ${told.joined ? `${told.joined} joined, ` : ""}${told.pages.toLocaleString()} pages read, ${told.answers.toLocaleString()} questions answered.`));

  return { root, show };
}
