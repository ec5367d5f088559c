/* The tour: it says what to do next, points at where, and notices by itself when it was done. It can be left at any time and taken up
   again; it remembers nothing beyond this page, so that a reload begins where the room stands. */

import { h, swapIfChanged } from "./dom.js";
import { canTour, isNew, nextOf, STEPS } from "./tour_steps.js";

/** Set the tour up. `begin(command, given)` opens a command's fields; `changed()` draws the page anew. Returns {told, did, isOn}: told() is
 *  to be called when the world has been drawn, did(action) with what was done on the page. */
export function tour(begin, changed) {
  const box = document.getElementById("tour");
  const button = document.getElementById("tour-button");
  const said = document.getElementById("tour-said");
  const deeds = [];
  let at = 0;
  let isOn = null; // null: nobody has decided yet
  let hint = null;

  button.addEventListener("click", () => set(!isOn));
  // A command's fields, a form and a drawer come and go without a new world.
  document.addEventListener("input", () => isOn && draw());
  new MutationObserver(() => isOn && draw()).observe(document.body, { childList: true, subtree: true, attributeFilter: ["open", "hidden"] });

  function set(on) {
    isOn = on;
    at = 0;
    if (!on) said.textContent = "";
    changed();
    button.focus();
  }

  /** The world has been drawn (anew). */
  function told() {
    button.hidden = !canTour();
    decide();
    draw();
  }

  /** Where nothing has happened yet, the tour begins by itself; elsewhere it is there to be asked for. */
  function decide() {
    if (isOn === null && canTour()) isOn = isNew();
  }

  function draw() {
    button.setAttribute("aria-expanded", String(Boolean(isOn)));
    box.hidden = !isOn || !canTour();
    const before = at;
    if (!box.hidden) while (STEPS[at]?.isDone(deeds)) at += 1;
    hint = box.hidden || at >= STEPS.length ? null : nextOf(STEPS[at]);
    const facts = [at, hint, box.hidden];
    swapIfChanged(box, facts, () => (box.hidden ? [] : at < STEPS.length ? step() : end()));
    const words = box.hidden ? "" : at < STEPS.length ? `${at > before ? "Done. " : ""}Step ${at + 1} of ${STEPS.length}, ${STEPS[at].title}: ${hint?.say ?? ""}` : "That was the tour.";
    if (said.textContent.replace("Done. ", "") !== words.replace("Done. ", "")) said.textContent = words;
    point();
  }

  function step() {
    return [
      head(`${at + 1} of ${STEPS.length} · `, STEPS[at].title),
      h("p", { class: "tour-say" }, hint?.say ?? ""),
      h("div", { class: "tour-do" },
        hint?.command ? h("button", { type: "button", class: "button primary", "data-key": "tour-command", onclick: () => begin(hint.command, hint.given) }, `/${hint.command}`) : null,
        h("button", { type: "button", class: "button secondary", "data-key": "tour-where", onclick: show }, "Show me", h("span", { class: "wide" }, " where")),
        h("button", { type: "button", class: "plain-link", "data-key": "tour-skip", onclick: () => { at += 1; draw(); } }, "Skip this step")),
    ];
  }

  function end() {
    return [
      head("", "That was the tour"),
      h("p", { class: "tour-say" }, "Type a slash to see every command. The clock at the top moves the time on, so that you can watch a calendar of weeks. The director’s desk beside it brings more people, and trouble."),
    ];
  }

  function head(where, title) {
    return h("div", { class: "tour-head" },
      h("ol", { class: "tour-dots", "aria-hidden": "true" }, STEPS.map((_, number) => h("li", { class: number < at ? "done" : number === at ? "now" : null }))),
      h("h2", {}, h("span", { class: "detail" }, where), title),
      h("button", { type: "button", class: "plain-link", "data-key": "tour-leave", onclick: () => set(false) }, at < STEPS.length ? "Leave the tour" : "Close"));
  }

  /** Bring what is pointed at before the eyes, and under the fingers of whoever uses keys. */
  function show() {
    const target = aim();
    target?.scrollIntoView({ block: "center" });
    target?.focus({ preventScroll: true });
  }

  function aim() {
    const target = hint?.at ? document.querySelector(hint.at) : null;
    return target?.checkVisibility({ visibilityProperty: true }) ? target : hint?.narrow ? document.querySelector(hint.narrow) : target;
  }

  function point() {
    const target = aim();
    for (const old of document.querySelectorAll("[data-pointed]")) if (old !== target) old.removeAttribute("data-pointed");
    target?.setAttribute("data-pointed", "");
  }

  return {
    told,
    /** Something was done, and it went well. */
    did(action) {
      const deed = action.custom_id ?? action.name;
      if (deed) deeds.push(deed);
    },
    get isOn() {
      decide();
      return Boolean(isOn) && canTour();
    },
  };
}
