/* Moments in the reader's own zone and language, from the <time> elements that the server makes. */

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
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const UNITS = [["year", 31557600], ["month", 2629800], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

/** "in 3 hours", "yesterday". */
export function fromNow(moment, now = new Date()) {
  const seconds = Math.round((moment - now) / 1000);
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS.at(-1);
  return relative.format(Math.trunc(seconds / length), unit);
}

/** When a message was sent: the hour today, else with its day. */
export function sentAt(moment, now = new Date()) {
  return (moment.toDateString() === now.toDateString() ? STYLES.t : STYLES.s).format(moment);
}

/** Write every <time data-style> under `root` anew. */
export function tellTimes(root) {
  for (const node of root.querySelectorAll("time[data-style]")) {
    const moment = new Date(node.dateTime);
    node.title = STYLES.F.format(moment);
    const words = node.dataset.style === "R" ? fromNow(moment) : (STYLES[node.dataset.style] ?? STYLES.f).format(moment);
    if (node.textContent !== words) node.textContent = words;
  }
}
