// Moments: Discord's timestamps, which tick, and when messages were written.

import { el } from "./dom.js";

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};
const UNITS = [
  ["year", 365 * 86400],
  ["month", 30 * 86400],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** A moment as Discord shows it; those in style R carry what `tick` needs. Null if it is no moment. */
export function time(seconds, style, now) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const full = new Intl.DateTimeFormat("en-GB", STYLES.F).format(date);
  const text = style === "R" ? relative(seconds, now) : new Intl.DateTimeFormat("en-GB", STYLES[style]).format(date);
  const data = style === "R" ? { moment: seconds } : {};
  return el("time", { datetime: date.toISOString(), title: full, data }, text);
}

function relative(seconds, now) {
  const distance = Math.round(seconds - now);
  const [unit, size] = UNITS.find(([, length]) => Math.abs(distance) >= length) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat("en").format(Math.trunc(distance / size), unit);
}

/** Bring all relative moments on the page up to date. */
export function tick(now) {
  for (const node of document.querySelectorAll("time[data-moment]")) {
    const text = relative(Number(node.dataset.moment), now);
    if (node.textContent !== text) node.textContent = text;
  }
}

/** When a message was written, as Discord says it: today and yesterday by name. `now` in seconds. */
export function written(date, now) {
  const clock = new Intl.DateTimeFormat("en-GB", STYLES.t).format(date);
  const days = dayNumber(new Date(now * 1000)) - dayNumber(date);
  if (days === 0) return `Today at ${clock}`;
  if (days === 1) return `Yesterday at ${clock}`;
  return `${new Intl.DateTimeFormat("en-GB", STYLES.d).format(date)}, ${clock}`;
}

/** The calendar day of a date as a number, to compare days where the reader lives. */
export function dayNumber(date) {
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}

/** A day's name, for the line between two days. */
export const dayName = (date) => new Intl.DateTimeFormat("en-GB", STYLES.D).format(date);
