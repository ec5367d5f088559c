/* Start here: the line, what is open, and who does what when something comes or is pressed. */

import { clock } from "./clock.js";
import { contentPanel } from "./content.js";
import { composer } from "./composer.js";
import { h, swap, swapIfChanged } from "./dom.js";
import { openForm } from "./forms.js";
import { openLine } from "./line.js";
import { chips, showForum } from "./forum.js";
import { avatar, goTo, showLog, stayAtEnd } from "./messages.js";
import { drawer, showPeople, showPlaces } from "./sidebar.js";
import { tellTimes } from "./times.js";
import { tour } from "./tour.js";
import { asked, carry } from "./who.js";
import { channel, direct, FORUM, isThread, learn, me, messages, nameOf, now, older, places, title, DM } from "./world.js";

const log = document.getElementById("log");
const marks = new Map(); // message id → {custom id: {working, failed, values}}: what became of a press
const seen = new Map(); // "person channel" → the last message they saw there
let local = []; // rows of my own: a command under way, or one that failed
let since = null; // ids after this one are new to everybody
let here = null;
let follow = false; // my own doing: go to its answer
let wasMe = null;

const line = openLine({
  hello: () => ({ do: "be", member: asked() }),
  world: arrived,
  form: (form) => showForm(form),
  lost: () => banner("The rehearsal has stopped. Start it again, and this page comes back by itself."),
});

async function ask(action) {
  const answer = await line(action);
  if (answer.ok) guide.did(action);
  return answer;
}

const guide = tour((name, given) => beThen(now().me, name, given), () => redraw());
const showContent = contentPanel();
const showClock = clock((by) => ask({ do: "clock", by }));

const write = composer(document.getElementById("composer"), {
  say: async (text) => {
    follow = true;
    const answer = await ask({ do: "say", channel: here, text });
    follow = false;
    if (!answer.ok) write.say(answer.why);
  },
  command,
  complete: async (name, option, typed, options) => {
    const answer = await ask({ do: "complete", channel: here, name, option, typed, options });
    return (answer.choices ?? []).map((choice) => ({ label: choice.name, value: choice.value }));
  },
});

async function command(name, options) {
  follow = true;
  const row = { id: `local-${Date.now()}`, who: now().me, where: here, text: `Red Flask is thinking about /${name}…` };
  // Only a slow answer is worth a line that comes and goes.
  const slow = setTimeout(() => { local.push(row); redraw(true); }, 400);
  const answer = await ask({ do: "command", channel: here, name, options });
  clearTimeout(slow);
  follow = false;
  local = local.filter((one) => one !== row);
  if (!answer.ok) {
    local.push({ ...row, failed: true, text: `/${name}: ${answer.why}`, dismiss: () => {
      local = local.filter((one) => one.id !== row.id);
      redraw();
    } });
  }
  redraw(!answer.ok);
}

function arrived(world) {
  learn(world);
  showClock(world.ahead);
  showContent(world.content);
  carry(me().name);
  since ??= Object.values(world.messages).flat().map(({ id }) => id).sort(older).at(-1) ?? "0";
  const swapped = wasMe !== world.me;
  wasMe = world.me;
  banner(world.bot_online ? "" : "Red Flask isn’t connected: nobody will answer until it is back.", !world.bot_online && world.bot_can_start);
  if (swapped || !here || !channel(here)) open(wanted());
  else redraw();
  dispatchEvent(new Event("arrived"));
}

/** The channel in the address, if I may see it; else the first. */
function wanted() {
  const asked = location.hash.slice(2);
  if (channel(asked)) return asked;
  return channel(here) ? here : (places()[0] ?? direct()[0]).id;
}

function open(id) {
  const moved = here !== id;
  here = id;
  if (location.hash !== `#c${id}`) history.replaceState(null, "", `#c${id}`);
  write.show(id);
  const place = channel(id);
  const kind = place.type === DM ? "" : "#";
  document.title = `${kind}${title(place)} · rehearsal`;
  // A newly opened conversation must not be read out as if all of it had just been said.
  log.setAttribute("aria-live", "off");
  if (moved) {
    swap(log);
    log.facts = null;
  }
  redraw(true);
  setTimeout(() => log.setAttribute("aria-live", "polite"), 300);
}

function redraw(arrive = false) {
  const place = channel(here);
  const mine = messages(here);
  const last = mine.at(-1)?.id;
  const grew = last !== undefined && last !== seen.get(`${now().me} ${here}`);
  if (last !== undefined) seen.set(`${now().me} ${here}`, last);
  showPlaces(here, unread);
  showPeople(document.getElementById("who"), (member) => ask({ do: "be", member }), avatar);
  head(place);
  if (place.type === FORUM) showForum(log, place);
  else {
    const list = origin(place).concat(mine);
    const rows = local.filter((row) => row.who === now().me && row.where === here);
    const start = list.length || rows.length ? null : () => emptyRoom(place);
    showLog(log, { here, me: now().me, led: guide.isOn, list, local: rows, start }, actions, arrive || (follow && grew));
  }
  if (grew) follow = false;
  guide.told();
}

/** A thread under a message begins with that message. */
function origin(place) {
  if (!isThread(place) || channel(place.parent_id)?.type === FORUM) return [];
  return messages(place.parent_id).filter(({ id }) => id === place.id);
}

function head(place) {
  const kind = place.type === DM ? "" : isThread(place) ? "" : "#";
  swapIfChanged(document.getElementById("title"), [place.id, place.name], () => [`${kind}${title(place)}`]);
  const parent = isThread(place) ? channel(place.parent_id) : null;
  swapIfChanged(document.getElementById("topic"), [place.topic, parent?.name, place.locked, place.tags, now().me], () => [
    ...(parent ? [parent.type === FORUM ? "A post in " : "A thread in ", h("a", { href: `#c${parent.id}` }, `#${parent.name}`)] : []),
    place.type === DM ? `Between ${me().name} and Red Flask alone` : place.topic ?? "",
    place.locked ? " · locked" : "",
    (isThread(place) && chips(place)) || "",
  ]);
}

function unread(id) {
  const newest = messages(id).filter(({ author }) => author.id !== now().me).at(-1)?.id;
  return newest !== undefined && older(newest, seen.get(`${now().me} ${id}`) ?? since) > 0;
}

const actions = {
  mark: (message) => marks.get(message.id) ?? {},
  press: (message, id) => act(message, id, { do: "press", message: message.id, custom_id: id }),
  pick: (message, id, values, part) =>
    act(message, id, { do: "pick", message: message.id, custom_id: id, values }, { values, of: JSON.stringify(part) }),
  dismiss: (message) => ask({ do: "dismiss", message: message.id }),
};

async function act(message, id, action, picked = {}) {
  const all = marks.get(message.id) ?? {};
  if (all[id]?.working) return;
  marks.set(message.id, { ...all, [id]: { ...picked, working: true } });
  follow = true;
  redraw();
  const answer = await ask(action);
  follow = false;
  marks.set(message.id, { ...marks.get(message.id), [id]: answer.ok ? {} : { failed: answer.why } });
  redraw();
}

function showForm(form) {
  const held = document.activeElement?.dataset.key;
  openForm(document.getElementById("forms"), form, {
    submit: async (values) => {
      follow = true;
      const answer = await ask({ do: "submit", form: form.id, values });
      follow = false;
      return answer;
    },
    left: () => {
      const opener = held ? document.querySelector(`[data-key="${CSS.escape(held)}"]`) : null;
      const back = document.activeElement === document.body ? (opener ?? document.getElementById("say")) : document.activeElement;
      // A browser that gives the focus back by itself may leave the caret in the form that is gone: then keys write nothing.
      back?.blur();
      back?.focus({ preventScroll: true });
    },
  });
}

function banner(text, canStart = false) {
  const start = () => h("button", { type: "button", class: "button secondary", onclick: () => ask({ do: "start" }) }, "Start Red Flask");
  swapIfChanged(document.getElementById("banner"), [text, canStart], () => (text ? [h("span", {}, text), canStart ? start() : ""] : []));
}

/** What to try first, in the first room; elsewhere a quiet line. */
function emptyRoom(place) {
  if (place.id !== places()[0]?.id || guide.isOn) return h("p", { class: "empty" }, "Nothing has been said here yet.");
  const people = now().members.filter((one) => !one.bot);
  const moderator = people.find((one) => one.moderator);
  const learner = people.find((one) => !one.moderator);
  const step = (who, name, why) => h("li", {}, `As ${who.name}, ${why}: `,
    h("button", { type: "button", class: "mention", onclick: () => beThen(who.id, name) }, `/${name}`));
  return h("div", { class: "empty" },
    h("h2", {}, "The room is quiet. What to try first"),
    h("ol", {},
      moderator ? step(moderator, "group create", "make this room a study group") : null,
      learner ? step(learner, "learn", "open a lesson") : null),
    h("p", { class: "detail" }, "Press one, or type a slash below to see every command. At the top you choose whose eyes you look through."));
}

async function beThen(member, name, given) {
  if (now().me !== member) await ask({ do: "be", member });
  if (!write.begin(name, given)) write.say(`/${name} isn’t offered here. Is Red Flask connected?`);
}

document.addEventListener("click", (event) => {
  const spoiler = event.target.closest(".spoiler[role]");
  if (spoiler) return reveal(spoiler);
  const place = event.target.closest("[data-channel]");
  if (place) {
    event.preventDefault();
    goThere(place.dataset);
  }
  const name = event.target.closest("button[data-command]")?.dataset.command;
  if (name && !write.begin(name)) write.say(`/${name} isn’t offered to ${nameOf({ global_name: me().name })} here.`);
});

/** Where a link to a channel or to a message in it leads. */
function goThere({ channel: id, message }) {
  if (!channel(id)) return write.say("You can’t see that channel, or it is gone.");
  if (here !== id) {
    history.pushState(null, "", `#c${id}`);
    dispatchEvent(new HashChangeEvent("hashchange"));
  }
  if (message) goTo(log, message);
}

function reveal(spoiler) {
  for (const name of ["role", "tabindex", "title", "aria-label"]) spoiler.removeAttribute(name);
  spoiler.classList.add("shown");
  spoiler.firstElementChild.inert = false;
}

document.addEventListener("keydown", (event) => {
  if ((event.key === "Enter" || event.key === " ") && event.target.matches?.(".spoiler[role]")) {
    event.preventDefault();
    reveal(event.target);
  }
  const writing = event.target.closest?.("input, textarea, dialog, [role=combobox]");
  if (event.key === "/" && !writing && now() && channel(here).type !== FORUM) {
    event.preventDefault();
    write.slash();
  }
});

// The director's desk is beside the stage: it asks for this alone.
addEventListener("be", (event) => ask({ do: "be", member: event.detail }));
addEventListener("hashchange", () => now() && channel(location.hash.slice(2)) && open(location.hash.slice(2)));
setInterval(() => { tellTimes(document); showClock(); }, 20000);
drawer();
stayAtEnd(log);
