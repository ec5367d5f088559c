/* What time it is in the rehearsal, and buttons that move it, so that a calendar of weeks can be tried in a minute. The bot's
   clock is moved with it; the browser's stays. */

import { h } from "./dom.js";
import { here, hourOf, inFull, isMoved, moveClock, tellTimes } from "./times.js";

const STEPS = [["+1 hour", 3600], ["+1 day", 86400], ["+1 week", 604800]];

/** Set the clock up. `move(seconds)` asks for it to be moved, `move(null)` for the real time. Returns what shows the time:
 *  with a number of seconds, as the server tells how far it is ahead; without, as time goes by. */
export function clock(move) {
  const box = document.getElementById("clock");
  const opener = document.getElementById("clock-now");
  const line = document.getElementById("moved");
  const said = document.getElementById("moved-said");
  let known = 0;

  const steps = STEPS.map(([label, by]) => h("button", { type: "button", class: "button secondary", onclick: () => step(by) }, label));
  const at = h("strong", {});
  document.getElementById("clock-panel").append(
    h("p", {}, "Here it is ", at, "."),
    h("p", { class: "detail" }, "Move the time on, here and for Red Flask, to try its calendar. Go by hours near a posting: what is passed over by far is missed, as after a power cut."),
    h("div", { class: "steps", role: "group", "aria-label": "Move the time on" }, steps),
  );
  const shown = h("strong", {});
  line.append(h("span", {}, "The clock was moved: here it is ", shown, "."),
    h("button", { type: "button", class: "plain-link", onclick: back }, "Back to now"));

  async function step(by) {
    const answer = await move(by);
    if (!answer.ok) said.textContent = answer.why;
  }

  async function back() {
    await move(null);
    opener.focus();
  }

  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box.open) return;
    box.open = false;
    opener.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!box.contains(event.target)) box.open = false;
  });

  return (ahead) => {
    if (ahead !== undefined) moveClock(ahead);
    const now = here();
    document.getElementById("clock-time").textContent = hourOf(now);
    at.textContent = shown.textContent = inFull(now);
    line.hidden = !isMoved();
    if (ahead === undefined || ahead === known) return;
    known = ahead;
    said.textContent = ahead ? `Here it is now ${inFull(now)}.` : "Here it is the real time again.";
    tellTimes(document);
  };
}
