import { formatDate, formatTime } from "../format.js";

/** Moments and stretches of time as text. Pure. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const three = (number) => String(number).padStart(3, "0");

/** Local time with milliseconds: 14:03:07.250. @param {number} time ms since 1970 */
export function preciseTime(time) {
  return `${formatTime(time)}.${three(new Date(time).getMilliseconds())}`;
}

/** A label of the time axis. @param {number} time ms since 1970 @param {number} step ms between two labels */
export function tickText(time, step) {
  if (step >= DAY) return formatDate(time).slice(5);
  if (step < SECOND) return `${formatTime(time)}.${Math.floor(new Date(time).getMilliseconds() / 100)}`;
  const text = formatTime(time, step < MINUTE);
  // A new day says so, or two labels of a week mean the same.
  return step >= HOUR && text === "00:00" ? formatDate(time).slice(5) : text;
}

/** "14:03:07 to 14:05:00", with dates where they are not today. @param {number} now ms since 1970 */
export function stretchText({ from, to }, now) {
  const isToday = formatDate(from) === formatDate(now) && formatDate(to) === formatDate(now);
  const clock = (time) => (to - from < 10 * SECOND ? preciseTime(time) : formatTime(time));
  if (isToday) return `${clock(from)} to ${clock(to)}`;
  const isOneDay = formatDate(from) === formatDate(to);
  return `${formatDate(from)} ${clock(from)} to ${isOneDay ? "" : `${formatDate(to)} `}${clock(to)}`;
}

/** How long a window is: "1 minute", "90 seconds", "6 hours", "2 days". @param {number} span ms */
export function spanText(span) {
  const whole = (unit) => Math.abs(span / unit - Math.round(span / unit)) < 1e-9 && span >= unit;
  const say = (unit, name) => {
    const count = Number((span / unit).toFixed(span / unit < 10 ? 1 : 0));
    return count === 1 ? name : `${count} ${name}s`;
  };
  if (whole(DAY) || span >= 2 * DAY) return say(DAY, "day");
  if (whole(HOUR) || span >= 2 * HOUR) return say(HOUR, "hour");
  if (whole(MINUTE) || span >= 2 * MINUTE) return say(MINUTE, "minute");
  return say(SECOND, "second");
}

/** A moment for a file name, UTC: 20261121T090000Z. @param {number} time ms since 1970 */
export function fileTime(time) {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
}
