/* Who somebody is in this window stands in its address, so that a second window can be a second person: `?as=ben`. */

const asking = () => new URLSearchParams(location.search);

/** Whom the address asks for; null for nobody in particular. */
export const asked = () => asking().get("as");

/** The address of a window in which somebody is this person. */
export const addressOf = (name) => `/?as=${encodeURIComponent(name.toLowerCase())}`;

/** Keep in this window's address who is in it. */
export function carry(name) {
  if (asked() !== name.toLowerCase()) history.replaceState(null, "", addressOf(name) + location.hash);
}
