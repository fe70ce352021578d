import { formatDate, formatTime } from "../format.js";

/** Words about people and moments. Pure. */

/** Names said one by one; the rest is a number. */
const NAMED_MAX = 6;

/**
 * "Kim (you), Lou and 2 guests"
 * @param {{users: {name: string}[], guests: number, more?: number} | null} room null: not told yet
 * @param {string | null} me
 */
export function describeRoom(room, me) {
  if (room === null) return "";
  const names = room.users.map(({ name }) => (name === me ? `${name} (you)` : name));
  const rest = names.length - NAMED_MAX + (room.more ?? 0);
  const parts = names.slice(0, NAMED_MAX);
  if (rest > 0) parts.push(rest === 1 && names.length > NAMED_MAX ? names[NAMED_MAX] : `${rest} more`);
  if (room.guests > 0) parts.push(guests(room.guests, me === null));
  if (parts.length === 0) return "nobody";
  const last = parts.pop();
  return parts.length === 0 ? last : `${parts.join(", ")} and ${last}`;
}

function guests(count, areYouOne) {
  if (count === 1) return areYouOne ? "you, without a name" : "1 guest";
  return areYouOne ? `${count} guests (you are one)` : `${count} guests`;
}

/** "14:03" today, "2026-11-20 14:03" else. @param {number} time @param {number} now both ms since 1970 */
export function shortTime(time, now) {
  const clock = formatTime(time, false);
  return formatDate(time) === formatDate(now) ? clock : `${formatDate(time)} ${clock}`;
}

/** For an input of type datetime-local: local time to the second. @param {number} time ms since 1970 */
export function inputTime(time) {
  return `${formatDate(time)}T${formatTime(time)}`;
}

/**
 * The moment that an input says. What it was filled with keeps its milliseconds.
 * @param {string} text of the input @param {number | null} filled @returns {number | null} ms since 1970
 */
export function momentOf(text, filled) {
  if (filled !== null && inputTime(filled) === text) return filled;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

/** Half of the window that a note's moment is shown in, and the least that is seen after it, ms. */
const AROUND = 60_000;
const AFTER = 5000;

/** The window of a moment, without what is still to come. @param {number} time @param {number} now ms since 1970 */
export function rangeAround(time, now) {
  const to = Math.min(time + AROUND, Math.max(now, time + AFTER));
  return { from: new Date(to - 2 * AROUND).toISOString(), to: new Date(to).toISOString() };
}

/** What the gateway's refusal means to who wrote. @param {any} answer */
export function whyRefused(answer) {
  return answer?.error?.message ?? answer?.detail ?? "The gateway did not take it.";
}
