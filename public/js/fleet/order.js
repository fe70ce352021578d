import { compareNames } from "../machines.js";

/** Which tiles are shown and in which order. Pure: clocks are arguments. */

/** Tiles are put into a new order at most this often, ms: somebody may be aiming at one. */
const RESORT_EVERY = 4000;

/** Most tiles at once. A wall of more is not looked through, it is searched. */
export const MOST_TILES = 1000;

/** What the fleet can be filtered by, worst first. */
export const FILTERS = Object.freeze(["alarm", "offline", "stale", "late", "live"]);

/**
 * @typedef {{machine: string, state: "offline" | "stale" | "late" | "live", alarm: number | null,
 *   text: string}} FleetItem
 * alarm: 0 the worst, null: none; text: what a search looks through, lower case
 */

/** The order before names: alarms by their weight, offline, stale, late, live. @param {FleetItem} item */
export function rank({ state, alarm }) {
  if (alarm !== null) return Math.min(alarm, 90) / 100;
  return FILTERS.indexOf(state);
}

/** @param {FleetItem} a @param {FleetItem} b */
function compare(a, b) {
  return rank(a) - rank(b) || compareNames(a.machine, b.machine);
}

/** How many machines are in each state, and how many of them in alarm. @param {Iterable<FleetItem>} items */
export function count(items) {
  const counts = { alarm: 0, offline: 0, stale: 0, late: 0, live: 0, all: 0 };
  for (const { state, alarm } of items) {
    counts[state] += 1;
    counts.all += 1;
    if (alarm !== null) counts.alarm += 1;
  }
  return counts;
}

/** "3 offline, 1 stale, 296 live". @param {ReturnType<typeof count>} counts */
export function describeCounts(counts) {
  const parts = FILTERS.filter((name) => counts[name] > 0).map((name) => {
    return name === "alarm" ? `${counts.alarm} in alarm` : `${counts[name]} ${name}`;
  });
  return parts.length === 0 ? "no machines" : parts.join(", ");
}

/** The words of a search; each must be in a machine's text. @param {string | null} query */
export function searchWords(query) {
  return (query ?? "").toLowerCase().split(/\s+/).filter((word) => word !== "");
}

/** @param {FleetItem} item @param {string | null} filter @param {string[]} words */
export function isWanted(item, filter, words) {
  if (filter === "alarm" && item.alarm === null) return false;
  if (filter !== null && filter !== "alarm" && item.state !== filter) return false;
  return words.every((word) => item.text.includes(word));
}

/**
 * The list of tiles. It follows the truth with a delay: what is looked for changes it at once, what the machines do
 * only every few seconds and never while somebody is on a tile.
 */
export class StableOrder {
  #names = [];
  #question = "";
  #sortedAt = -Infinity;
  /** How many wanted machines did not fit. */
  omitted = 0;

  /** The machines in the order in which they are shown. @returns {readonly string[]} the same array until it changes */
  get names() {
    return this.#names;
  }

  /**
   * @param {ReadonlyMap<string, FleetItem>} items every machine
   * @param {{filter: string | null, query: string | null, isHeld: boolean, now: number, isByName?: boolean}} how
   * isHeld: the pointer or the focus is on a tile; now: ms; isByName: all tiles are in view, none has to come first
   * @returns {boolean} true: `names` is another list
   */
  update(items, { filter, query, isHeld, now, isByName = false }) {
    const question = `${filter ?? ""}\n${searchWords(query).join(" ")}`;
    const isAsked = question !== this.#question;
    const isDue = now - this.#sortedAt >= RESORT_EVERY && !isHeld;
    if (isAsked || isDue || this.#names.length === 0) {
      this.#question = question;
      this.#sortedAt = now;
      return this.#take(this.#sorted(items, filter, searchWords(query), isByName));
    }
    return this.#take(this.#patched(items, filter, searchWords(query)));
  }

  /** The next update sorts: the page was away, or its machines are others. */
  expire() {
    this.#sortedAt = -Infinity;
  }

  #sorted(items, filter, words, isByName) {
    const wanted = [...items.values()].filter((item) => isWanted(item, filter, words));
    wanted.sort(isByName ? (a, b) => compareNames(a.machine, b.machine) : compare);
    this.omitted = Math.max(0, wanted.length - MOST_TILES);
    return wanted.slice(0, MOST_TILES).map((item) => item.machine);
  }

  /** Between two sorts nothing moves: who is gone is taken out, who is new comes last. */
  #patched(items, filter, words) {
    const known = new Set(this.#names);
    const left = this.#names.filter((name) => items.has(name));
    if (left.length >= MOST_TILES) return left;
    const added = [];
    for (const item of items.values()) {
      if (!known.has(item.machine) && !this.#seen.has(item.machine) && isWanted(item, filter, words)) added.push(item);
    }
    this.#seen = new Set(items.keys());
    added.sort(compare);
    return [...left, ...added.slice(0, MOST_TILES - left.length).map((item) => item.machine)];
  }

  /** Whoever was there at the last look: a machine that a filter left out is not new. */
  #seen = new Set();

  #take(names) {
    const isSame = names.length === this.#names.length && names.every((name, index) => name === this.#names[index]);
    if (!isSame) this.#names = names;
    return !isSame;
  }
}
