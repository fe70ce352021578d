/** Which alarm comes first, how many there are, and what a viewer has not heard of yet. Pure. */

/**
 * @typedef {{id: string, rule: string, machine: string, metric?: string, kind: string, limit?: number,
 *   priority: string, text?: string, action?: string, state: string, active?: boolean, value?: number, seq?: number,
 *   since?: string, raisedAt?: string, acknowledged?: {by: string, at: string, comment?: string},
 *   shelved?: {until: string, by?: string, comment?: string}, chatter?: number, episode?: number}} Alarm
 * as it comes from the gateway
 */

/** Most urgent first. */
export const PRIORITIES = Object.freeze(["urgent", "high", "medium", "low"]);

/** @param {string} priority @returns {number} 0 = urgent; unknown ones come last */
export function rank(priority) {
  const at = PRIORITIES.indexOf(priority);
  return at < 0 ? PRIORITIES.length : at;
}

/**
 * Where an alarm stands, for people: somebody has to look at it, somebody has, it is over but nobody looked,
 * or it was put aside.
 * @param {Alarm} alarm @returns {"unacknowledged" | "returned" | "acknowledged" | "shelved" | "normal"}
 */
export function standing(alarm) {
  if (alarm.shelved !== undefined && alarm.shelved !== null) return "shelved";
  const known = ["unacknowledged", "returned", "acknowledged"];
  return /** @type {any} */ (known.includes(alarm.state) ? alarm.state : "normal");
}

const GROUPS = { unacknowledged: 0, returned: 1, acknowledged: 2, shelved: 3, normal: 4 };

/** @param {Alarm} alarm ms since 1970 */
export function raisedTime(alarm) {
  const time = Date.parse(alarm.raisedAt ?? alarm.since ?? "");
  return Number.isFinite(time) ? time : 0;
}

/** Unacknowledged first, then by priority, then newest; the same alarms always in the same order. */
export function compareAlarms(a, b) {
  return (
    GROUPS[standing(a)] - GROUPS[standing(b)] ||
    rank(a.priority) - rank(b.priority) ||
    raisedTime(b) - raisedTime(a) ||
    (a.id < b.id ? -1 : 1)
  );
}

/**
 * The list as the page uses it: what has an id, a machine and something to say, in order.
 * @param {unknown} list @returns {Alarm[]}
 */
export function cleanAlarms(list) {
  if (!Array.isArray(list)) return [];
  const known = list.filter((one) => typeof one?.id === "string" && typeof one.machine === "string");
  const byID = new Map(known.map((one) => [one.id, one]));
  return [...byID.values()].filter((one) => standing(one) !== "normal").sort(compareAlarms);
}

/**
 * The list after one of them has changed. @param {Alarm[]} list @param {Alarm} alarm @returns {Alarm[]}
 */
export function withAlarm(list, alarm) {
  return cleanAlarms([...list.filter((one) => one.id !== alarm?.id), alarm]);
}

/**
 * @typedef {{total: number, open: number, active: number, urgent: number, shelved: number, top: string | null}} Counts
 * open: nobody has looked at (also those that are over by now); urgent: of these the active ones of highest priority;
 * top: the highest priority among the open ones
 */

/** @param {Alarm[]} alarms @returns {Counts} */
export function countAlarms(alarms) {
  const of = (...standings) => alarms.filter((alarm) => standings.includes(standing(alarm)));
  const open = of("unacknowledged", "returned");
  const unacknowledged = of("unacknowledged");
  return {
    total: alarms.length,
    open: open.length,
    active: of("unacknowledged", "acknowledged").length,
    urgent: unacknowledged.filter((alarm) => alarm.priority === "urgent").length,
    shelved: of("shelved").length,
    top: open.length === 0 ? null : PRIORITIES[Math.min(...open.map((alarm) => rank(alarm.priority)))] ?? "low",
  };
}

/** Episodes remembered: what was announced must not be announced again. */
const REMEMBERED = 500;

/** What this viewer was told already, also before a reload. */
export class Announced {
  /** In the order of telling. @type {Set<string>} */
  #told;

  /** @param {unknown} stored what `toJSON` gave; null or nonsense: nobody was told anything */
  constructor(stored) {
    this.#told = new Set(Array.isArray(stored) ? stored.filter((key) => typeof key === "string") : []);
  }

  /**
   * Those to announce now: unacknowledged, not shelved, an episode this viewer was not told of. They count as told.
   * @param {Alarm[]} alarms @returns {Alarm[]} most urgent first
   */
  take(alarms) {
    const fresh = alarms.filter((alarm) => standing(alarm) === "unacknowledged" && !this.#told.has(keyOf(alarm)));
    for (const alarm of fresh) this.#told.add(keyOf(alarm));
    for (const key of this.#told) {
      if (this.#told.size <= REMEMBERED) break;
      this.#told.delete(key);
    }
    return [...fresh].sort(compareAlarms);
  }

  toJSON() {
    return [...this.#told];
  }
}

/** An episode is one raise of one alarm; another database starts counting anew, hence the time. */
function keyOf(alarm) {
  return `${alarm.id}#${alarm.episode ?? ""}@${alarm.raisedAt ?? ""}`;
}
