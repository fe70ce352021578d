import { cleanList } from "../machines.js";
import { count } from "./order.js";
import { TileState } from "./tile-state.js";

/** All machines as the fleet sees them. Pure: clocks and other people's knowledge are arguments. */

/** What an alarm weighs in the order: what nobody has acknowledged comes first, within it by priority. */
const PRIORITIES = Object.freeze(["urgent", "high", "medium", "low"]);
const STATES = Object.freeze(["unacknowledged", "returned", "acknowledged"]);

/** @param {{priority?: string, state?: string}} alarm @returns {number} 0 the worst */
export function alarmWeight({ priority, state }) {
  const place = (list, name) => (list.includes(name) ? list.indexOf(name) : list.length);
  return place(STATES, state) * 10 + place(PRIORITIES, priority);
}

/** The worst first. @param {any[]} alarms @returns {any[]} a copy */
export function byWeight(alarms) {
  return [...alarms].sort((a, b) => alarmWeight(a) - alarmWeight(b));
}

export class Fleet {
  /** @type {Map<string, TileState>} */
  tiles = new Map();
  /** @type {string | null} */
  #epoch = null;
  #labels = new Map();
  /** The newest list, as it came. @type {unknown} */
  #list = [];

  /** The gateway's list: who is not in it is gone. @param {unknown} list @param {number} now */
  takeList(list, now) {
    const entries = cleanList(list);
    this.#list = list;
    const names = new Set(entries.map((entry) => entry.machine));
    for (const name of this.tiles.keys()) if (!names.has(name)) this.tiles.delete(name);
    for (const entry of entries) {
      let tile = this.tiles.get(entry.machine);
      if (tile === undefined) this.tiles.set(entry.machine, (tile = new TileState(entry.machine)));
      tile.takeWord(entry, now);
    }
  }

  /** @param {any} status as of `machineStatus` @param {number} now @returns {TileState | null} whose it is */
  takeStatus(status, now) {
    const tile = this.tiles.get(status?.machine) ?? null;
    tile?.takeWord({ ...status, latest: null }, now);
    return tile;
  }

  /** @param {any} reading @param {number} now @returns {TileState | null} whose values changed */
  takeLive(reading, now) {
    const tile = this.tiles.get(reading?.machine);
    return tile?.takeLive(reading, now) ? tile : null;
  }

  /** The answer to `watch`. @param {string | null} epoch @param {string[]} machines @param {number} now */
  takeWatching(epoch, machines, now) {
    if (this.#epoch !== null && epoch !== this.#epoch) this.#startOver(now);
    this.#epoch = epoch;
    const watched = new Set(machines);
    for (const tile of this.tiles.values()) {
      if (!watched.has(tile.machine)) tile.watchedSince = null;
      else tile.watchedSince ??= now;
    }
  }

  /** Another database: what was known of its machines belongs to others. */
  #startOver(now) {
    for (const tile of this.tiles.values()) tile.reset();
    this.takeList(this.#list, now);
  }

  get epoch() {
    return this.#epoch;
  }

  /** Nothing comes any more: the page must not take that for silent machines. */
  linkEnded() {
    for (const tile of this.tiles.values()) tile.watchedSince = null;
  }

  /** Site and line, for the search. @param {any[]} entries of `GET /api/machines` */
  takeLabels(entries) {
    for (const entry of cleanList(entries)) {
      this.#labels.set(entry.machine, Object.values(entry.labels ?? {}).join(" · "));
    }
  }

  /** "Linz · Line 2", or "". @param {string} machine */
  labels(machine) {
    return this.#labels.get(machine) ?? "";
  }

  /**
   * @param {number} now
   * @param {(machine: string) => any[]} alarmsOf
   * @returns {Map<string, import("./order.js").FleetItem>}
   */
  items(now, alarmsOf) {
    const items = new Map();
    for (const tile of this.tiles.values()) {
      const alarms = alarmsOf(tile.machine);
      items.set(tile.machine, {
        machine: tile.machine,
        state: tile.settledState(now),
        alarm: alarms.length === 0 ? null : Math.min(...alarms.map(alarmWeight)),
        text: `${tile.machine} ${this.labels(tile.machine)}`.toLowerCase(),
      });
    }
    return items;
  }

  /** @param {Map<string, import("./order.js").FleetItem>} items */
  counts(items) {
    return count(items.values());
  }
}
