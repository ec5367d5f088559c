/* The channels and their threads on the left, and the drawer that they are on a narrow screen. */

import { h, icon, swapIfChanged } from "./dom.js";
import { direct, me, now, places, sign, title, under } from "./world.js";

/** Draw the list. `here` is the open channel's id; `unread(id)` whether something was said since it was last open. */
export function showPlaces(here, unread) {
  document.getElementById("server").textContent = now().server.name;
  const rows = [...places(), ...direct()].map((one) => [line(one, here, unread), under(one.id).filter((inner) => !inner.archived || inner.id === here).map((inner) => line(inner, here, unread))]);
  swapIfChanged(document.getElementById("channels"), rows, () => [
    h("ul", { class: "channel-list" }, rows.filter(([one]) => one.kind !== "dm").map(item)),
    h("ul", { class: "channel-list" }, rows.filter(([one]) => one.kind === "dm").map(item)),
  ]);
  showUnknown(now().unknown_calls);
}

const line = (one, here, unread) => ({
  id: one.id, kind: sign(one), state: one.locked ? "locked" : one.archived ? "archived" : "", current: one.id === here, unread: one.id !== here && unread(one.id),
  name: sign(one) === "dm" ? `Direct message: ${title(one)}` : one.name,
});

function item([one, inner = []]) {
  const words = { news: "announcements", forum: "forum", thread: "thread" }[one.kind];
  return h("li", {},
    h("a", {
      href: `#c${one.id}`, "data-key": one.id, class: one.unread ? "unread" : null, "aria-current": one.current ? "page" : null,
    }, icon(one.kind), h("span", { class: "channel-name" }, one.name),
    words ? h("span", { class: "said" }, `, ${words}`) : null,
    one.state ? h("span", { class: "detail" }, one.state) : null,
    one.unread ? h("span", { class: "dot" }, h("span", { class: "said" }, ", something new")) : null),
    inner.length ? h("ul", {}, inner.map((thread) => item([thread]))) : null);
}

function showUnknown(calls) {
  const box = document.getElementById("unknown");
  box.hidden = !calls.length;
  swapIfChanged(box.querySelector("ul"), calls, () => calls.map(({ method, path }) => h("li", {}, h("code", {}, `${method} ${path}`))));
  box.querySelector("summary").textContent = `What the stand-in didn’t know (${calls.length})`;
}

/** Make the drawer work. */
export function drawer() {
  const button = document.getElementById("drawer-button");
  const places = document.getElementById("places");
  const set = (open) => {
    button.setAttribute("aria-expanded", String(open));
    places.classList.toggle("open", open);
    document.querySelector("main").inert = open;
    if (open) places.querySelector("[aria-current], a")?.focus();
  };
  const isOpen = () => button.getAttribute("aria-expanded") === "true";
  button.addEventListener("click", () => set(!isOpen()));
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    set(false);
    button.focus();
  });
  addEventListener("hashchange", () => isOpen() && set(false));
  places.addEventListener("click", (event) => isOpen() && event.target.closest("a") && set(false));
  document.addEventListener("pointerdown", (event) => {
    if (isOpen() && !places.contains(event.target) && !button.contains(event.target)) set(false);
  });
  matchMedia("(min-width: 52rem)").addEventListener("change", () => set(false));
}

const AT_HAND = 5; // so many people have a button of their own; a crowd is in a list

/** Who I am, and a press to be someone else. */
export function showPeople(root, be, avatar) {
  const people = now().members.filter((one) => !one.bot);
  const shown = people.length <= AT_HAND ? people : people.filter((one, at) => at < AT_HAND - 1 || one.id === me().id);
  root.classList.toggle("crowded", people.length > AT_HAND);
  swapIfChanged(root, [people, now().me], () => [...shown.map((one) => h(
    "button",
    { type: "button", class: "person", "data-key": one.id, "data-name": one.name, "aria-pressed": String(one.id === me().id), onclick: () => be(one.id) },
    avatar({ ...one, global_name: one.name }, "small"),
    h("span", { class: "person-name" }, one.name),
    one.moderator ? h("span", { class: "role" }, "moderator") : null,
  )), people.length > AT_HAND ? everybody(people, be) : null].filter(Boolean));
}

function everybody(people, be) {
  const list = h("select", { class: "everybody", "aria-label": `Be any of ${people.length} people`, "data-key": "everybody" },
    h("option", { value: "" }, `All ${people.length}…`),
    people.toSorted((a, b) => a.name.localeCompare(b.name)).map((one) => h("option", { value: one.id }, one.name)));
  list.addEventListener("change", () => list.value && be(list.value));
  return list;
}
