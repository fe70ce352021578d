/** The limit lines of the charts, from the rules of the alarms. Pure. */

/** @typedef {{value: number, kind: string, priority: string}} LimitLine value in the metric's own unit */

export class LimitLines {
  #bySource = new Map();
  #listeners = [];

  /** Takes the place of what this source had set. */
  /** @param {string} source @param {string} machine @param {string} metric @param {LimitLine[]} list */
  set(source, machine, metric, list) {
    const lines = this.#bySource.get(source) ?? new Map();
    this.#bySource.set(source, lines);
    if (list.length === 0) lines.delete(`${machine}/${metric}`);
    else lines.set(`${machine}/${metric}`, list);
    for (const handler of this.#listeners) handler();
  }

  /** @param {string} machine @param {string} metric @returns {LimitLine[]} */
  of(machine, metric) {
    return [...this.#bySource.values()].flatMap((lines) => lines.get(`${machine}/${metric}`) ?? []);
  }

  /** @param {() => void} handler */
  onChange(handler) {
    this.#listeners.push(handler);
  }
}
