/** Filling sparklines from history: only of tiles that are seen, few requests at a time. Pure. */

/** Requests at once: a browser has six connections for a host, and the live stream needs one. */
const AT_ONCE = 4;

/** Waiting wishes; beyond this the oldest is forgotten, its tile has left the view long ago. */
const WAITING_MAX = 200;

export class FillQueue {
  #fetch;
  #waiting = new Map();
  #running = new Set();

  /** @param {(machine: string) => Promise<void>} fetch never throws */
  constructor(fetch) {
    this.#fetch = fetch;
  }

  get size() {
    return this.#waiting.size + this.#running.size;
  }

  /** @param {string} machine */
  add(machine) {
    if (this.#running.has(machine)) return;
    this.#waiting.delete(machine);
    this.#waiting.set(machine, true);
    if (this.#waiting.size > WAITING_MAX) this.#waiting.delete(this.#waiting.keys().next().value);
    this.#next();
  }

  /** The tile has left the view. @param {string} machine */
  remove(machine) {
    this.#waiting.delete(machine);
  }

  #next() {
    while (this.#running.size < AT_ONCE && this.#waiting.size > 0) {
      // In the order of the wishes: tiles fill from top to bottom.
      const machine = this.#waiting.keys().next().value;
      this.#waiting.delete(machine);
      this.#running.add(machine);
      this.#fetch(machine).then(() => {
        this.#running.delete(machine);
        this.#next();
      });
    }
  }
}
