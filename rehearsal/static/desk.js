/* The director's desk, beside the stage: a panel with a tab for each of its parts, and a line of its own to the rehearsal, which is
   open as long as the desk is. Nothing on it is part of the make-believe Discord. */

import { h, icon } from "./dom.js";
import { botTab } from "./desk_bot.js";
import { callsTab } from "./desk_calls.js";
import { clockTab } from "./desk_clock.js";
import { learnersTab } from "./desk_learners.js";
import { peopleTab } from "./desk_people.js";
import { roomsTab } from "./desk_rooms.js";
import { troubleTab } from "./desk_trouble.js";
import { openLine } from "./line.js";

const TABS = [
  ["people", "People", peopleTab], ["rooms", "Channels", roomsTab], ["clock", "Clock", clockTab], ["learners", "Learners", learnersTab],
  ["bot", "Bot", botTab], ["trouble", "Trouble", troubleTab], ["calls", "Calls", callsTab],
];
const STOPPED = "The rehearsal has stopped. Start it again, and the desk comes back by itself.";
const REMEMBERED = "desk"; // in this window alone, and gone with it

const root = document.getElementById("desk");
const opener = document.getElementById("desk-button");
const overlays = matchMedia("(max-width: 62rem)"); // as in desk.css: there it covers the stage
const said = h("p", { class: "desk-said", role: "status" });
let ask = null;
let told = {};
let current = TABS[0][0];

const tabs = new Map(TABS.map(([name, label, build]) => [name, { ...build(act), button: tabButton(name, label) }]));
for (const [name, tab] of tabs) {
  for (const [key, value] of Object.entries({ id: `desk-${name}`, role: "tabpanel", "aria-labelledby": `desk-tab-${name}`, tabindex: "0" })) {
    tab.root.setAttribute(key, value);
  }
  tab.root.classList.add("desk-tab");
}

root.append(
  h("header", { class: "desk-head" },
    h("div", {},
      h("h2", { id: "desk-title" }, "Director’s desk"),
      h("p", { class: "detail" }, "Beside the stage, no part of Discord.")),
    h("button", { type: "button", class: "quiet", "aria-label": "Close the desk", onclick: () => { close(); opener.focus(); } }, icon("close"))),
  h("div", { role: "tablist", class: "desk-tabs", "aria-label": "Parts of the desk", onkeydown: move }, [...tabs.values()].map((tab) => tab.button)),
  ...[...tabs.values()].map((tab) => tab.root),
  said,
);

/** Do something at the desk, and say below what came of it. Resolves to the answer; never rejects. */
async function act(what, more = {}) {
  const answer = await ask({ do: what, ...more });
  say(answer.ok ? answer.said ?? "" : answer.why, !answer.ok);
  return answer;
}

function say(words, failed = false) {
  said.textContent = words;
  said.classList.toggle("failed", failed);
}

function tabButton(name, label) {
  return h("button", { type: "button", id: `desk-tab-${name}`, role: "tab", "aria-controls": `desk-${name}`, onclick: () => turnTo(name) }, label);
}

function turnTo(name) {
  current = tabs.has(name) ? name : TABS[0][0];
  for (const [one, tab] of tabs) {
    const isHere = one === current;
    tab.root.hidden = !isHere;
    tab.button.setAttribute("aria-selected", String(isHere));
    tab.button.tabIndex = isHere ? 0 : -1;
  }
  sessionStorage.setItem(REMEMBERED, current);
  say("");
  show();
}

/** Arrow keys go from tab to tab, as tabs do. */
function move(event) {
  const names = [...tabs.keys()];
  const at = names.indexOf(current);
  const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  turnTo(names[(next + names.length) % names.length]);
  tabs.get(current).button.focus();
}

function show() {
  if (!root.hidden && told.people) tabs.get(current).show(told);
}

function open(tab) {
  root.hidden = false;
  opener.setAttribute("aria-expanded", "true");
  document.body.classList.add("with-desk");
  makeRoom();
  told = {};
  ask = openLine({
    desk: (parts) => {
      if (said.textContent === STOPPED) say("");
      told = { ...told, ...parts };
      show();
    },
    lost: () => say(STOPPED, true),
  }, "/page/desk");
  turnTo(tab);
}

function close() {
  root.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  document.body.classList.remove("with-desk");
  makeRoom();
  ask?.hangUp();
  sessionStorage.removeItem(REMEMBERED);
}

/** While the desk covers the stage, the stage can't be reached. */
function makeRoom() {
  const isCovered = overlays.matches && !root.hidden;
  for (const part of document.querySelectorAll("main, #places, .top, .notices")) part.inert = isCovered;
}

opener.addEventListener("click", () => {
  if (!root.hidden) return close();
  open(current);
  tabs.get(current).button.focus();
});
root.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !overlays.matches) return;
  close();
  opener.focus();
});
overlays.addEventListener("change", makeRoom);
addEventListener("arrived", show);
addEventListener("desk", (event) => (root.hidden ? open(event.detail) : turnTo(event.detail)));
const remembered = sessionStorage.getItem(REMEMBERED);
if (remembered) open(remembered);
