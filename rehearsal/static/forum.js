/* A forum: its posts, the liveliest first, by their tags; the archived ones below. */

import { h, swapIfChanged } from "./dom.js";
import { messages, nameOf, older, under } from "./world.js";

const chosen = new Map(); // forum → the tags that are asked for

/** Draw the posts of `forum` into `root`. `forum` is a channel of the world. */
export function showForum(root, forum) {
  const wanted = chosen.get(forum.id) ?? [];
  const posts = under(forum.id).sort((a, b) => older(latest(b), latest(a))).filter(({ tags }) => wanted.every((id) => tags.some((tag) => tag.id === id)));
  const facts = posts.map((post) => [post, messages(post.id).length, messages(post.id)[0]?.gist]);
  swapIfChanged(root, ["forum", forum.id, forum.tags, wanted, facts], () => [
    forum.tags.length ? tagRow(root, forum, wanted) : "",
    shelf(posts.filter(({ archived }) => !archived)),
    posts.some(({ archived }) => archived) ? h("h2", { class: "older" }, "Older posts") : "",
    shelf(posts.filter(({ archived }) => archived)),
    posts.length ? "" : h("p", { class: "empty" }, wanted.length ? "No post has all of these tags." : "No posts yet. Red Flask opens them here when a discussion begins."),
  ].filter(Boolean));
}

function tagRow(root, forum, wanted) {
  const flip = (id) => {
    chosen.set(forum.id, wanted.includes(id) ? wanted.filter((one) => one !== id) : [...wanted, id]);
    showForum(root, forum);
  };
  return h("div", { class: "tag-row", role: "group", "aria-label": "Show posts with these tags" }, forum.tags.map(({ id, name }) => h("button",
    { type: "button", class: "chip", "data-key": `tag-${id}`, "aria-pressed": String(wanted.includes(id)), onclick: () => flip(id) }, name)));
}

const shelf = (posts) => (posts.length ? h("ul", { class: "posts" }, posts.map((post) => h("li", {}, line(post)))) : "");

function line(post) {
  const said = messages(post.id);
  const first = said[0];
  return h("a", { class: "post", href: `#c${post.id}`, "data-key": post.id },
    chips(post),
    h("h2", {}, post.name),
    first ? h("p", { class: "detail" }, `${nameOf(first.author)}: ${first.gist}`) : null,
    h("p", { class: "detail" }, said.length === 1 ? "1 message" : `${said.length} messages`, post.locked ? " · locked" : "", post.archived ? " · archived" : ""));
}

/** The tags of a post, as a line; nothing if it has none. */
export const chips = ({ tags }) => (tags?.length ? h("span", { class: "chips" }, tags.map(({ name }) => h("span", { class: "chip" }, name))) : null);

const latest = (post) => messages(post.id).at(-1)?.id ?? post.id;
