import { fileTime } from "./when.js";

/** Readings as a CSV file (RFC 4180): every program of every country reads it the same way. Pure. */

/**
 * @typedef {{seq: number, time: number, value: (name: string) => number}} Row
 * @typedef {{name: string, unit: string, convert: (value: number) => number}} Column  unit "" where none is known
 */

/** Significant digits of a converted number: more than any sensor has, fewer than a double's noise. */
const DIGITS = 10;

/**
 * @param {Row[]} rows @param {Column[]} columns @param {string} machine
 * @returns {string} one line for each reading, ISO 8601 time in UTC first, numbers with a point
 */
export function csv(rows, columns, machine) {
  const titles = columns.map(({ name, unit }) => (unit === "" ? name : `${name} [${unit}]`));
  const head = ["timestamp", "machine", "seq", ...titles];
  const lines = [head.map(quoted).join(",")];
  for (const row of rows) {
    const values = columns.map(({ name, convert }) => numberText(row.value(name), convert));
    lines.push([new Date(row.time).toISOString(), quoted(machine), row.seq, ...values].join(","));
  }
  return `${lines.join("\r\n")}\r\n`;
}

/** Names of a file: machineA_20261121T090000Z_20261121T091000Z.csv. @param {{from: number, to: number}} range */
export function fileName(machine, range, kind, extension) {
  const parts = [machine, kind, fileTime(range.from), fileTime(range.to)];
  return `${parts.filter((part) => part !== "").join("_")}.${extension}`;
}

/** The shortest text that reads back to the same number; a unit that is not changed changes no digit. */
function numberText(value, convert) {
  if (!Number.isFinite(value)) return "";
  const shown = convert(value);
  return String(shown === value ? value : Number(shown.toPrecision(DIGITS)));
}

function quoted(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
