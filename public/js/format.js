/** Text for people: numbers, units, times. Pure; the locale is the browser's unless one is given. */

/**
 * @typedef {{name: string, title: string, unit: string, mostDecimals: number, leastSpan: number}} Metric
 * leastSpan: the thinnest y range of its trend, in its unit
 */

/** The three standard metrics. @type {readonly Metric[]} */
export const METRICS = Object.freeze([
  { name: "rpm", title: "RPM", unit: "rev/min", mostDecimals: 1, leastSpan: 20 },
  { name: "torque", title: "Torque", unit: "N·m", mostDecimals: 1, leastSpan: 4 },
  { name: "pressure", title: "Pressure", unit: "bar", mostDecimals: 2, leastSpan: 0.4 },
]);

/** Shown where there is no value yet. */
export const NO_VALUE = "–";

/**
 * Decimals needed to write `value`, at most `most`: a sensor that sends whole numbers is not given a false ".0".
 * @param {number} value @param {number} most @returns {number}
 */
export function decimalsNeeded(value, most) {
  for (let decimals = 0; decimals < most; decimals += 1) {
    const scaled = value * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6) return decimals;
  }
  return most;
}

const formats = new Map();

/**
 * A number with fixed decimals and without grouping, in the given locale.
 * @param {number} value @param {number} decimals @param {string} [locale] @returns {string}
 */
export function formatNumber(value, decimals, locale) {
  if (!Number.isFinite(value)) return NO_VALUE;
  const key = `${locale ?? ""}/${decimals}`;
  let format = formats.get(key);
  if (format === undefined) {
    const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: false };
    format = new Intl.NumberFormat(locale, options);
    formats.set(key, format);
  }
  const text = format.format(value);
  // "-0.0" is noise around zero, not a direction.
  return /^[-\u2212][0.,]+$/.test(text) ? text.slice(1) : text;
}

const two = (number) => String(number).padStart(2, "0");

/** Local date as 2026-11-21: read the same way everywhere. @param {number} time ms since 1970 */
export function formatDate(time) {
  const date = new Date(time);
  return `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Local time as 14:03:08, or 14:03. @param {number} time ms since 1970 @param {boolean} [withSeconds] */
export function formatTime(time, withSeconds = true) {
  const date = new Date(time);
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return withSeconds ? `${minutes}:${two(date.getSeconds())}` : minutes;
}

/** Offset of local time as UTC+01:00. @param {number} time ms since 1970 */
export function formatZone(time) {
  const minutes = -new Date(time).getTimezoneOffset();
  if (minutes === 0) return "UTC";
  const size = Math.abs(minutes);
  return `UTC${minutes < 0 ? "−" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** A length of time for people: 7 s, 3 min 20 s, 2 h 05 min, 3 d 4 h. @param {number} milliseconds */
export function formatAge(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return `${minutes} min ${two(seconds % 60)} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${two(minutes % 60)} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** The same in one word and unit, where there is little room: 7 s, 3 min, 2 h, 3 d. @param {number} milliseconds */
export function formatShortAge(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  const hours = Math.floor(seconds / 3600);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

/** "1 reading", "412 readings". @param {number} count */
export function readings(count) {
  return count === 1 ? "1 reading" : `${count} readings`;
}

/** What happened after an outage, or "" if nothing was missed. @param {number} recovered @param {number} lost */
export function describeRecovery(recovered, lost) {
  const parts = [];
  if (recovered > 0) parts.push(`${readings(recovered)} recovered`);
  if (lost > 0) parts.push(`${parts.length > 0 ? lost : readings(lost)} ${lost === 1 ? "was" : "were"} overwritten`);
  return parts.join(", ");
}

/** The line that makes a first machine appear. @param {string} host the broker's host as seen from here */
export function publishExample(host) {
  return `mosquitto_pub -h ${host} -t machines/press1/telemetry -m '{"rpm":1480,"torque":120.5,"pressure":6.02}'`;
}
