/* The messages of the open channel. Each is drawn again only when it changed, and the focus and the place in the
   conversation stay where they were. */

import { attachment, card } from "./cards.js";
import { embed } from "./embeds.js";
import { colourRoles, h, icon } from "./dom.js";
import { tellTimes } from "./times.js";
import { isThread, member, messages, nameOf, channel } from "./world.js";

/** Bring `root` up to date. `view`: {here, me, led, list, local, start}; `on`: {mark(message), press, pick, dismiss}.
 *  `arrive` says to go to the end whatever was on the screen before. */
export function showLog(root, view, on, arrive) {
  const held = place(root);
  const fresh = [];
  let changed = false;
  let before = null;
  for (const message of view.list) {
    const old = root.querySelector(`:scope > [data-id="${message.id}"]`);
    const facts = JSON.stringify([message, on.mark(message), joined(before, message), view.here, thread(message)?.name, messages(message.id).length]);
    if (old?.facts === facts) fresh.push(old);
    else {
      fresh.push(draw(message, before, facts, view.here, on));
      changed = true;
    }
    before = message;
  }
  const start = view.start === null ? null : (root.querySelector(`:scope > [data-id="start-${here(view)}"]`) ?? opening(view));
  const local = view.local.map((row) => localRow(row));
  const gone = root.contains(document.activeElement) && document.activeElement !== root ? document.activeElement : null;
  const wanted = [start, ...fresh, ...local].filter(Boolean);
  changed ||= arrive || wanted.length !== root.children.length || wanted.some((node, at) => node !== root.children[at]);
  if (!changed) return;
  arrange(root, wanted);
  tellTimes(root);
  colourRoles(root);
  if (gone && !gone.isConnected) refocus(root, gone);
  if (arrive || held.atEnd) toEnd(root);
  else if (held.node?.isConnected || held.id) hold(root, held);
}

const here = (view) => `${view.here}-${view.me}-${view.led}`;

function opening(view) {
  const node = view.start();
  node.dataset.id = `start-${here(view)}`;
  return node;
}

/** Put `wanted` into `root` in order, moving nothing that already stands right (a moved node loses its focus). */
function arrange(root, wanted) {
  const keep = new Set(wanted);
  for (const child of [...root.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((node, at) => {
    if (root.children[at] !== node) root.insertBefore(node, root.children[at] ?? null);
  });
}

function refocus(root, gone) {
  const article = root.querySelector(`:scope > [data-id="${gone.closest("[data-id]")?.dataset.id}"]`);
  const key = gone.dataset.key;
  const again = key ? article?.querySelector(`[data-key="${CSS.escape(key)}"]:not(:disabled)`) : null;
  (again ?? article ?? document.getElementById("say"))?.focus({ preventScroll: true });
}

function place(root) {
  const atEnd = root.scrollHeight - root.scrollTop - root.clientHeight < 80;
  const node = [...root.children].find((child) => child.offsetTop + child.offsetHeight > root.scrollTop);
  return { atEnd, node, id: node?.dataset.id, offset: node ? node.offsetTop - root.scrollTop : 0 };
}

function hold(root, { node, id, offset }) {
  const same = node?.isConnected ? node : root.querySelector(`:scope > [data-id="${id}"]`);
  if (same) root.scrollTop = same.offsetTop - offset;
}

/** To the end; but the top of a last message that is taller than the screen, so that it's read from its beginning. */
function toEnd(root) {
  const last = root.lastElementChild;
  root.scrollTop = last && last.offsetHeight > root.clientHeight ? last.offsetTop - 8 : root.scrollHeight;
}

/** Whoever reads the end goes on reading it when the room becomes smaller (a command's fields, a keyboard). */
export function stayAtEnd(root) {
  let atEnd = true;
  root.addEventListener("scroll", () => (atEnd = place(root).atEnd));
  new ResizeObserver(() => atEnd && toEnd(root)).observe(root);
}

const joined = (before, message) =>
  Boolean(before) && !message.author.bot && !message.interaction && !message.reply_to && !message.ephemeral && !before.ephemeral && before.author.id === message.author.id &&
  message.type === 0 && before.type === 0 && new Date(message.timestamp) - new Date(before.timestamp) < 300000;

/** The thread that begins with this message, unless this is that thread. */
const thread = (message) => {
  const one = message.id === message.channel_id ? null : channel(message.id);
  return one && isThread(one) ? one : null;
};

function draw(message, before, facts, here, on) {
  const heading = `h-${message.id}`;
  const node = h("article", {
    class: `message${message.ephemeral ? " private" : ""}${message.pings_me ? " pings-me" : ""}${joined(before, message) ? " joined" : ""}`,
    "data-id": message.id, "aria-labelledby": heading, tabindex: "-1",
  });
  node.facts = facts;
  if (message.type === 18) node.append(notice(message, heading));
  else node.append(...whole(message, heading, here, on));
  return node;
}

function whole(message, heading, here, on) {
  const bot = message.author.bot;
  const handlers = {
    mark: (id) => on.mark(message)[id] ?? {},
    press: (id) => on.press(message, id),
    pick: (id, values, part) => on.pick(message, id, values, part),
  };
  const drawn = card(message.components, handlers);
  const shown = new Set([...JSON.stringify(message.components ?? []).matchAll(/"(\/attachments\/[^"]*)"/g)].map(([, url]) => url));
  const loose = (message.attachments ?? []).filter((one) => !shown.has(one.url));
  const started = thread(message);
  return [
    message.interaction ? usedLine(message.interaction) : message.reply_to ? replyLine(message) : null,
    avatar(message.author),
    h("header", { class: "by" },
      h("span", { class: "name", id: heading }, nameOf(message.author)),
      bot ? h("span", { class: "tag", title: "A program, not a person" }, "APP") : null,
      h("time", { datetime: message.timestamp, class: "at", "data-style": "sent" }),
      message.pings_me ? h("span", { class: "said" }, "(this notifies you)") : null,
      message.edited_timestamp && !message.ephemeral ? h("span", { class: "at" }, "(edited)") : null),
    h("div", { class: "body" },
      message.thinking ? h("p", { class: "thinking" }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
        `${nameOf(message.author)} is thinking…`) : null,
      message.html ? h("div", { class: "text", html: message.html }) : null,
      drawn,
      (message.embeds ?? []).map(embed),
      loose.map(attachment),
      started && started.id !== here ? threadLink(started) : null),
    message.ephemeral ? h("p", { class: "only-you" }, icon("eye"), "Only you can see this",
      h("button", { type: "button", class: "plain-link", "data-key": "dismiss", onclick: () => on.dismiss(message) }, "Dismiss")) : null,
  ].filter(Boolean);
}

function usedLine({ name, user }) {
  return h("p", { class: "used" }, avatar(user, "small"), h("strong", {}, nameOf(user)), ` used /${name}`);
}

/** The message that this one answers, in one line that leads to it. */
function replyLine({ reply_to: first, channel_id: place }) {
  if (first.id === null) return h("p", { class: "used" }, h("em", {}, "The message it answers is gone"));
  return h("p", { class: "used" }, h("span", { class: "said" }, "in reply to "), avatar(first.author, "small"),
    h("strong", {}, nameOf(first.author)),
    h("a", { class: "gist", href: "#", "data-key": "reply", "data-channel": place, "data-message": first.id }, first.gist || "a picture"));
}

function notice(message, heading) {
  const about = channel(message.message_reference?.channel_id ?? message.id);
  return h("p", { class: "notice", id: heading }, icon("thread"), `${nameOf(message.author)} started a thread`,
    about ? [": ", h("a", { href: `#c${about.id}` }, about.name)] : null);
}

function threadLink(one) {
  const count = messages(one.id).length;
  return h("a", { class: "thread-link", href: `#c${one.id}`, "data-key": "thread" }, icon("thread"),
    h("span", { class: "thread-name" }, one.name),
    h("span", { class: "detail" }, count ? (count === 1 ? "1 message" : `${count} messages`) : "no answers yet"));
}

export function avatar(user, size = "") {
  if (user.bot) {
    const flask = icon("flask");
    flask.classList.add("flask");
    return h("span", { class: `avatar bot ${size}`, "aria-hidden": "true" }, flask);
  }
  const hue = member(user.id)?.hue ?? 0;
  return h("span", { class: `avatar hue-${hue} ${size}`, "aria-hidden": "true" }, nameOf(user).slice(0, 1));
}

function localRow({ text, failed, id, dismiss }) {
  return h("div", { class: `local${failed ? " bad" : ""}`, "data-id": id, role: failed ? "alert" : null },
    h("span", {}, text), failed ? h("button", { type: "button", class: "plain-link", onclick: dismiss }, "Dismiss") : null);
}

/** Bring one message of `root` before the reader's eyes. */
export function goTo(root, id) {
  const article = root.querySelector(`:scope > [data-id="${id}"]`);
  article?.scrollIntoView({ block: "center" });
  article?.focus({ preventScroll: true });
}
