/** Things pinned to a moment: notes, messages, alarms. Filled by their views, drawn by the charts. Pure. */

/**
 * @typedef {{time: number, kind: "note" | "alarm" | "message", text: string, until?: number, machine: string}} Marker
 * time, until: ms since 1970
 */

export class Markers {
  #bySource = new Map();
  #listeners = [];

  /** Takes the place of what this source had set. @param {string} source @param {Marker[]} list */
  set(source, list) {
    this.#bySource.set(source, list);
    for (const handler of this.#listeners) handler();
  }

  /** Those of one machine, by time. @param {string} machine @returns {Marker[]} */
  of(machine) {
    const all = [...this.#bySource.values()].flat().filter((marker) => marker.machine === machine);
    return all.sort((a, b) => a.time - b.time);
  }

  /** @param {() => void} handler */
  onChange(handler) {
    this.#listeners.push(handler);
  }
}
