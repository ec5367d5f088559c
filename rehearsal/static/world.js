/* What the server last told of the world, and simple questions about it. Nothing is decided here. */

export const TEXT = 0, DM = 1, NEWS = 5, FORUM = 15;
const THREADS = [10, 11, 12];

let world = null;

export const now = () => world;
export const learn = (next) => (world = next);

export const channel = (id) => world.channels.find((one) => one.id === id);
export const isThread = (one) => THREADS.includes(one.type);
export const under = (id) => world.channels.filter((one) => one.parent_id === id && isThread(one));
export const places = () => world.channels.filter((one) => !isThread(one) && one.type !== DM);
export const direct = () => world.channels.filter((one) => one.type === DM);
export const messages = (id) => world.messages[id] ?? [];
export const member = (id) => world.members.find((one) => one.id === id);
export const me = () => member(world.me);
export const nameOf = (user) => user.global_name || user.username;
export const title = (one) => (one.type === DM ? "Red Flask" : one.name);
export const sign = (one) =>
  one.type === DM ? "dm" : one.type === NEWS ? "news" : one.type === FORUM ? "forum" : isThread(one) ? "thread" : "text";

/** Ids grow with time, and are too long for numbers. */
export const older = (a, b) => (a.length === b.length ? (a < b ? -1 : a > b ? 1 : 0) : a.length - b.length);

/** Every command that this person is offered in this channel, subcommands written out: "group create". */
export function commandsIn(place) {
  const flat = [];
  for (const id of world.offered[place.id] ?? []) spread(world.commands[id], world.commands[id].name, flat);
  return flat.sort((a, b) => a.name.localeCompare(b.name));
}

function spread(node, name, flat) {
  const options = node.options ?? [];
  const inner = options.filter((option) => option.type === 1 || option.type === 2);
  if (!inner.length) flat.push({ name, description: node.description, options });
  for (const option of inner) spread(option, `${name} ${option.name}`, flat);
}

/** People, roles or channels for a select (types 5 to 8) or a command's option that asks for them. */
export function selectable({ type, channel_types: kinds }) {
  const people = () => world.members.map((one) => ({ label: one.name, detail: `@${one.username}`, value: one.id }));
  const roles = () => world.server.roles.map((one) => ({ label: `@${one.name}`, detail: "role", value: one.id }));
  if (type === 5) return people();
  if (type === 6) return roles();
  if (type === 7) return [...people(), ...roles()];
  return world.channels
    .filter((one) => one.type !== DM && (!kinds?.length || kinds.includes(one.type)))
    .map((one) => ({ label: `#${one.name}`, detail: one.topic || undefined, value: one.id }));
}
