/* Moments in the reader's own zone and language, from the <time> elements that the server makes; and what time it is in
   the rehearsal, whose clock can be moved. */

const format = (options) => new Intl.DateTimeFormat(undefined, options);
const STYLES = {
  t: format({ timeStyle: "short" }),
  T: format({ timeStyle: "medium" }),
  d: format({ dateStyle: "short" }),
  D: format({ dateStyle: "long" }),
  f: format({ dateStyle: "long", timeStyle: "short" }),
  F: format({ dateStyle: "full", timeStyle: "short" }),
  s: format({ dateStyle: "short", timeStyle: "short" }),
  S: format({ dateStyle: "short", timeStyle: "medium" }),
};
let ahead = 0; // ms
export const moveClock = (seconds) => (ahead = seconds * 1000);
/** What time it is here. */
export const here = () => new Date(Date.now() + ahead);
export const isMoved = () => ahead !== 0;
/** A moment with its day of the week: "Thursday, 3 December 2026 at 19:00". */
export const inFull = (moment) => STYLES.F.format(moment);
export const hourOf = (moment) => STYLES.t.format(moment);

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const UNITS = [["year", 31557600], ["month", 2629800], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

/** "in 3 hours", "yesterday". */
export function fromNow(moment, now = here()) {
  const seconds = Math.round((moment - now) / 1000);
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS.at(-1);
  return relative.format(Math.trunc(seconds / length), unit);
}

/** When a message was sent: the hour today, else with its day. */
export function sentAt(moment, now = here()) {
  return (moment.toDateString() === now.toDateString() ? STYLES.t : STYLES.s).format(moment);
}

/** Write every <time data-style> under `root` anew; the style "sent" is the one above a message. */
export function tellTimes(root) {
  for (const node of root.querySelectorAll("time[data-style]")) {
    const moment = new Date(node.dateTime);
    const style = node.dataset.style;
    node.title = inFull(moment);
    const words = style === "R" ? fromNow(moment) : style === "sent" ? sentAt(moment) : (STYLES[style] ?? STYLES.f).format(moment);
    if (node.textContent !== words) node.textContent = words;
  }
}
