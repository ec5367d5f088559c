/* At the desk: channels, and who may do what in them. */

import { button, field, form, input, section, select, send, fill } from "./desk_bits.js";
import { h, newId, swapIfChanged } from "./dom.js";

const KINDS = [["text", "Text"], ["forum", "Forum"], ["announcement", "Announcements"]];
const SETTINGS = [["deny", "Denied"], ["inherit", "By role"], ["allow", "Allowed"]];
const HAS = [["deny", "Hasn’t it"], ["allow", "Has it"]]; // a role by itself
const EVERYWHERE = "everywhere";
const sign = (room) => (room.thread ? `↳ ${room.name}` : `#${room.name}`);

export function roomsTab(act) {
  const rooms = h("div", { class: "desk-list" });
  const where = select([], { onchange: () => show(latest) });
  const who = select([], { onchange: () => show(latest) });
  const may = h("div", { class: "desk-permissions" });
  const sum = h("p", { class: "detail" });
  const name = input({ maxlength: "100", "data-clears": true });
  const kind = select(KINDS);
  const root = h("div", {},
    section("Who may do what", h("div", { class: "desk-pair" }, field("In", where), field("For", who)), may, sum),
    section("Channels and threads", rooms,
      form(() => act("rooms/add", { name: name.value, kind: kind.value }),
        h("div", { class: "desk-pair" }, field("A new channel", name), field("Kind", kind)), send("Make it"))));
  let latest = null;

  function show(told) {
    latest = told;
    const { rooms: all, who: those, permissions } = told.rooms;
    fill(where, [...all.filter((one) => !one.thread).map((one) => [one.id, `#${one.name}`]), [EVERYWHERE, "everywhere"]]);
    const isEverywhere = where.value === EVERYWHERE;
    fill(who, those.filter((one) => !isEverywhere || one.kind !== "person").map((one) => [one.id, one.kind === "person" ? one.name : one.kind === "bot" ? `${one.name}, the bot` : `@${one.name}`]));
    const room = all.find((one) => one.id === where.value);
    if (isEverywhere) {
      const has = told.rooms.everywhere[who.value] ?? [];
      swapIfChanged(may, [EVERYWHERE, who.value, has], () => permissions.map((one) => permission(one, has.includes(one) ? "allow" : "deny", HAS)));
      sum.textContent = "What this role has in every channel that says nothing else.";
    } else if (room) {
      const set = room.overwrites[who.value] ?? { allow: [], deny: [] };
      swapIfChanged(may, [room.id, who.value, set], () => permissions.map((one) => permission(one, set.allow.includes(one) ? "allow" : set.deny.includes(one) ? "deny" : "inherit", SETTINGS)));
      const cannot = permissions.filter((one) => !room.bot_may.includes(one));
      sum.textContent = `In #${room.name} Red Flask ${room.bot_may.length ? `can ${room.bot_may.join(", ")}` : "can do nothing"}${room.bot_may.length && cannot.length ? `; it can’t ${cannot.join(", ")}` : ""}.`;
    }
    swapIfChanged(rooms, all.map((one) => [one.id, one.name, one.kind]), () => all.map(line));
  }

  function permission(one, now, settings) {
    const group = newId("may");
    return h("fieldset", {}, h("legend", {}, one), h("div", { class: "desk-three" }, settings.map(([to, label]) => {
      const radio = h("input", { type: "radio", name: group, value: to, checked: to === now, "data-key": `may-${one}-${to}` });
      radio.addEventListener("change", () => act("rooms/permission", { channel: where.value, who: who.value, permission: one, to }));
      return h("label", { class: to }, radio, h("span", {}, label));
    })));
  }

  const line = (room) => h("div", { class: "desk-line" },
    h("span", { class: "desk-name" }, sign(room)), h("span", { class: "detail" }, room.kind),
    button("Delete", () => act("rooms/remove", { channel: room.id }), { "aria-label": `Delete ${sign(room)}`, "data-key": `gone-${room.id}` }));

  return { root, show };
}
