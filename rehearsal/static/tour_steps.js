/* What the tour leads through: five steps, each with what to do next and when it is done. It knows Red Flask as its users do: by its
   commands, and by what its controls say that they are for (`1:join:yes:…`). It presses nothing itself. */

import { channel, isThread, me, messages, now, places } from "./world.js";

const JOIN = /^\d+:join:offer:/, YES = /^\d+:join:yes:/, LIST = /^\d+:learn:list:/, THEME = /^\d+:learn:(theme|lessons?):/, PAGE = /^\d+:learn:page:/;
const QUIZ = /^\d+:quiz:start:/, ANSWER = /^\d+:quiz:(?!start|ask)/, EXPLAINED = /^\d+:(report:write|quiz:ask):/;

/** @typedef {{say: string, at?: string, command?: string, given?: object}} Hint what to do, where on the page, and the command for it */

export const STEPS = [
  {
    title: "Create a group",
    isDone: () => find(JOIN),
    next: () => be(moderator(), "A study group begins with a moderator.") ?? room() ??
      command("group create", "Type /group create, or press it here. What it needs is filled in; change it if you like.",
        { name: "Thursday readers", time_zone: zone(), language: "en" }),
  },
  {
    title: "Join it",
    isDone: (deeds) => deeds.some((deed) => YES.test(deed)),
    next: () => be(learner(), "The welcome card stands in the room. Now look at it as a learner.") ?? room() ??
      at(YES, "This is all that would be kept about you. Press Join.") ??
      at(JOIN, "Press Join on the welcome card. You are asked before anything is kept."),
  },
  {
    title: "Read a lesson",
    isDone: () => find(QUIZ),
    next: () => be(learner(), "Lessons are for everybody.") ?? room() ??
      at(PAGE, "A lesson has three pages, and only you see them. Press Next until the last.", "last") ??
      at(THEME, "Pick what you would like to read about.") ??
      at(LIST, "Press this button: it opens the lessons."),
  },
  {
    title: "Answer a question",
    isDone: () => find(EXPLAINED),
    next: () => be(learner(), "The quiz follows the lesson.") ?? room() ??
      at(ANSWER, "Press what you think is right. Nobody is timed, and every answer is explained.") ??
      at(QUIZ, "Press Take the quiz.") ??
      command("quiz", "Type /quiz, or press it here, and pick a theme."),
  },
  {
    title: "Talk, and look back",
    isDone: (deeds) => hasThread() && deeds.includes("progress"),
    next: () => (hasThread()
      ? be(learner(), "Under the prompt a thread has opened, to talk in. And what has been learnt so far?") ?? room() ??
        command("progress", "Type /progress, or press it here: your own, and the group’s, once enough people have learnt.")
      : be(moderator(), "Moderators post prompts to talk about.") ?? room() ??
        command("discuss", "Type /discuss, or press it here, pick a theme, and send it.")),
  },
];

/** Whether this is the bot that the tour is about. */
export const canTour = () => ["join", "learn", "quiz", "progress"].every((name) => Object.values(now().commands).some((one) => one.name === name));

/** Whether nothing has happened here yet. */
export const isNew = () => Object.values(now().messages).every((list) => list.length === 0);

const people = () => now().members.filter((one) => !one.bot);
const moderator = () => people().find((one) => one.moderator);
const learner = () => people().find((one) => !one.moderator);
const home = () => places().find((one) => messages(one.id).some(has(JOIN))) ?? places()[0];
const hasThread = () => now().channels.some((one) => isThread(one) && one.parent_id === home().id);
const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

function be(who, why) {
  if (!who || me().id === who.id) return null;
  return { say: `${why} Be ${who.name}: press the name at the top.`, at: `.person[data-name="${CSS.escape(who.name)}"]` };
}

function room() {
  const place = home();
  if (channel(location.hash.slice(2))?.id === place.id) return null;
  return { say: `Go to #${place.name}.`, at: `#channels a[href="#c${place.id}"]`, narrow: "#drawer-button" };
}

/** What is next, whatever is open on the page. */
export function nextOf(step) {
  if (document.querySelector("dialog[open]")) return { say: "Fill in the form, and press Submit.", at: "dialog .primary" };
  return step.next();
}

function command(name, say, given) {
  const bar = document.querySelector(`.bar[data-command="${name}"]`);
  const missing = [...(bar?.querySelectorAll("input[aria-required]") ?? [])].find((input) => !input.value);
  if (missing) return { say: "Choose one here.", at: `#${missing.id}` };
  if (bar) return { say: bar.querySelector("input") ? "Look at what is filled in, and press Send." : "Now press Send.", at: ".bar .primary" };
  return { say, at: "#say", command: name, given };
}

/** A control of the newest message that has such a one. */
function at(pattern, say, which = "first") {
  const found = find(pattern);
  if (!found) return null;
  const id = found.ids.filter((one) => pattern.test(one)).at(which === "last" ? -1 : 0);
  return { say, at: `[data-id="${found.message.id}"] [data-key="c:${CSS.escape(id)}"]` };
}

function find(pattern) {
  const message = messages(home().id).findLast(has(pattern));
  return message ? { message, ids: [...controls(message.components)] } : null;
}

const has = (pattern) => (message) => [...controls(message.components)].some((id) => pattern.test(id));

function* controls(parts) {
  for (const part of parts ?? []) {
    if (part.custom_id && !part.disabled) yield part.custom_id;
    yield* controls(part.components);
    if (part.accessory) yield* controls([part.accessory]);
  }
}
