/** What the badge of a value says of its limits: the same as the alarms and the lines in the trends. Pure. */

const SIGNS = Object.freeze({
  highHigh: "▲▲ HIGH HIGH",
  high: "▲ HIGH",
  lowLow: "▼▼ LOW LOW",
  low: "▼ LOW",
  rate: "⇅ RATE",
});

/** Worst first: the order in which the one that is shown is chosen. */
const KINDS = Object.keys(SIGNS);
const STATES = ["unacknowledged", "acknowledged", "returned"];

/**
 * @param {number | null} value as stored
 * @param {any[]} alarms of this machine @param {string} metric
 * @param {{value: number, kind: string}[]} lines the limits of this metric
 * @returns {{text: string, state: "" | "pending" | "unacknowledged" | "acknowledged" | "returned"}}
 * pending: beyond a limit, but not long enough for its alarm, or nobody made an alarm of it
 */
export function judgeLimit(value, alarms, metric, lines) {
  const own = alarms.filter((alarm) => alarm.metric === metric && SIGNS[alarm.kind] !== undefined);
  own.sort((a, b) => place(STATES, a.state) - place(STATES, b.state) || place(KINDS, a.kind) - place(KINDS, b.kind));
  if (own.length > 0) return { text: SIGNS[own[0].kind], state: own[0].state };
  const beyond = value === null ? [] : lines.filter((line) => isBeyond(value, line));
  beyond.sort((a, b) => place(KINDS, a.kind) - place(KINDS, b.kind));
  return beyond.length > 0 ? { text: SIGNS[beyond[0].kind], state: "pending" } : { text: "", state: "" };
}

function isBeyond(value, { kind, value: limit }) {
  if (kind === "high" || kind === "highHigh") return value > limit;
  return (kind === "low" || kind === "lowLow") && value < limit;
}

function place(list, name) {
  const index = list.indexOf(name);
  return index < 0 ? list.length : index;
}
