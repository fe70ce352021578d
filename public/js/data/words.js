/** What the gateway's names for refusals mean to somebody who sets up a sensor. Pure. */

/** @type {Readonly<Record<string, string>>} */
const REASONS = Object.freeze({
  notJSON: "not JSON",
  notAnObject: "not a JSON object",
  noNumber: "no number in it",
  notFinite: "not a finite number",
  badValue: "a value that cannot be used",
  tooLarge: "too large",
  tooDeep: "nested too deep",
  tooManyMetrics: "too many metrics",
  tooManyMachines: "too many machines",
  badMachineName: "bad machine name",
  badTimestamp: "bad timestamp",
  badMetricName: "bad metric name",
  badStatus: "neither online nor offline",
  unknownTopic: "topic fits no template",
  unknownUnit: "unknown unit",
  unitChanged: "unit changed",
  badSchema: "not in the announced form",
  badSequence: "out of sequence",
  unchartedMetric: "name that no chart shows",
  unsupportedMediaType: "unsupported content type",
  noRoomForMetrics: "no room for more extra metrics",
});

/** Reasons that are a word to the sender beside a reading that was kept: nothing was refused. */
const HINTS = new Set(["unchartedMetric"]);

/** @param {string} reason the gateway's name @returns {string} words; an unknown name is taken apart at its capitals */
export function reasonText(reason) {
  return Object.hasOwn(REASONS, reason) ? REASONS[reason] : reason.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}

/** @param {string} reason */
export function isHint(reason) {
  return HINTS.has(reason);
}

/**
 * Counts by reason, most first.
 * @param {unknown} counts `{"notJSON":3}`, as from the wire
 * @returns {{reason: string, count: number}[]} without hints
 */
export function reasonCounts(counts) {
  return countEntries(counts).filter(({ reason }) => !isHint(reason));
}

/** How many were refused. @param {unknown} counts @returns {number} */
export function refusedTotal(counts) {
  return reasonCounts(counts).reduce((sum, { count }) => sum + count, 0);
}

/** "3 not JSON, 1 bad timestamp"; "" for none. @param {unknown} counts */
export function countsText(counts) {
  return reasonCounts(counts).map(({ reason, count }) => `${count} ${reasonText(reason)}`).join(", ");
}

/** @param {unknown} counts */
function countEntries(counts) {
  if (typeof counts !== "object" || counts === null) return [];
  const known = Object.entries(counts).filter(([, count]) => Number.isFinite(count) && count > 0);
  return known.map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
}

/** Characters of an excerpt shown at most; the gateway keeps 256 bytes. */
const EXCERPT_MAX = 300;

// Bidirectional controls, zero-width characters, separators: they change what is seen without being seen.
const UNSEEN = new RegExp(
  "[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]", "g",
);

/** The control characters that people know by name. */
const NAMES = { "\0": "NUL", "\t": "TAB", "\n": "LF", "\r": "CR", "\u001b": "ESC", "\u007f": "DEL" };

/**
 * Text of strangers with its control characters made visible: a line feed as ‹LF›, others as ‹U+202E›.
 * @param {unknown} text @returns {string}
 */
export function visibleText(text) {
  const whole = typeof text === "string" ? text : "";
  const shown = whole.length > EXCERPT_MAX ? `${whole.slice(0, EXCERPT_MAX)}…` : whole;
  return shown.replace(UNSEEN, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return `‹${NAMES[character] ?? `U+${code}`}›`;
  });
}

/** "1 message was refused", "3 messages were refused". @param {number} count */
export function refusedText(count) {
  return count === 1 ? "1 message was refused" : `${count} messages were refused`;
}
