/* At the desk: who is there. Be somebody, open a window in which somebody else is somebody, give and take roles. */

import { button, field, fold, form, input, section, send, tick } from "./desk_bits.js";
import { h, swapIfChanged } from "./dom.js";
import { addressOf } from "./who.js";
import { now } from "./world.js";

export function peopleTab(act) {
  const open = new Set();
  const people = h("div", { class: "desk-list" });
  const roles = h("div", { class: "desk-list" });
  const name = input({ maxlength: "32", "data-clears": true });
  const role = input({ maxlength: "100", "data-clears": true });
  const root = h("div", {},
    section("Who is here",
      form(() => act("people/add", { name: name.value }), field("Somebody new", name), send("Add")), people),
    section("Roles", roles,
      form(() => act("roles/add", { name: role.value }), field("A new role", role), send("Make it"))));

  function show({ people: told }) {
    const me = now()?.me;
    swapIfChanged(people, [told, me], () => told.people.map((one) => person(one, told.roles, me)));
    swapIfChanged(roles, told.roles, () => told.roles.map(line));
  }

  const be = (id) => dispatchEvent(new CustomEvent("be", { detail: id }));

  function person(one, all, me) {
    const marks = [one.id === me ? "you" : null, one.moderator ? "moderator" : null].filter(Boolean);
    return fold(one.id, open,
      [h("span", { class: "desk-name" }, one.name), marks.length ? h("span", { class: "detail" }, marks.join(" · ")) : null],
      h("div", { class: "desk-row" },
        button(`Be ${one.name}`, () => be(one.id), { kind: "primary", disabled: one.id === me, "data-key": `be-${one.id}` }),
        h("a", { class: "button secondary", href: addressOf(one.name), target: "_blank", "data-key": `window-${one.id}` }, "In a window of their own"),
        button("Leaves the server", () => act("people/remove", { member: one.id }), { kind: "danger", "data-key": `leave-${one.id}` })),
      h("fieldset", {}, h("legend", {}, `What ${one.name} is`),
        tick("Moderator (Manage Server)", one.moderator, (on) => act("people/moderator", { member: one.id, on }), `mod-${one.id}`),
        all.filter((role) => !role.moderates).map((role) =>
          tick(role.name, one.roles.includes(role.id), (on) => act("people/role", { member: one.id, role: role.id, on }), `role-${one.id}-${role.id}`))));
  }

  const line = (role) => h("div", { class: "desk-line" },
    h("span", { class: "desk-name" }, role.name),
    h("span", { class: "detail" }, role.members === 1 ? "1 member" : `${role.members} members`),
    button("Remove", () => act("roles/remove", { role: role.id }), { "aria-label": `Remove the role ${role.name}`, "data-key": `gone-${role.id}` }));

  return { root, show };
}
