/**
 * Which machines' rooms this page is in: those whose tiles are seen, and no others. Pure: link and timers are
 * arguments.
 */

/** Scrolling by is no interest: the gateway is told when the view rests, ms. */
const SETTLE = 200;

/** Names in one `watch`; the gateway takes 4,096. */
const WATCH_MAX = 2000;

export class Watcher {
  #ask;
  #later;
  #seen = new Set();
  #told = "";
  #isPlanned = false;
  #isOn = false;
  /** The gateway's answer, and the machines that were asked for. @type {(answer: any, machines: string[]) => void} */
  onWatching = () => {};

  /**
   * @param {(event: string, data: object) => Promise<any>} ask rejects when the link ends; it asks again after `isUp`
   * @param {(handler: () => void, delay: number) => void} [later]
   */
  constructor(ask, later = (handler, delay) => setTimeout(handler, delay)) {
    this.#ask = ask;
    this.#later = later;
  }

  /** @param {string} machine @param {boolean} isSeen */
  see(machine, isSeen) {
    if (isSeen === this.#seen.has(machine)) return;
    if (isSeen) this.#seen.add(machine);
    else this.#seen.delete(machine);
    this.#plan();
  }

  /** @param {string} machine */
  sees(machine) {
    return this.#seen.has(machine);
  }

  /** The fleet is looked at, or is not any more: then nothing is watched. @param {boolean} isOn */
  turn(isOn) {
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    this.#plan();
  }

  /** A new connection is in no room. */
  reconnected() {
    this.#told = "";
    this.#plan(0);
  }

  #plan(delay = SETTLE) {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#later(() => {
      this.#isPlanned = false;
      this.#tell();
    }, delay);
  }

  async #tell() {
    const machines = this.#isOn ? [...this.#seen].sort().slice(0, WATCH_MAX) : [];
    const told = machines.join(" ");
    if (told === this.#told) return;
    this.#told = told;
    try {
      this.onWatching(await this.#ask("watch", { machines }), machines);
    } catch {
      // The link ended under the question; the next connection asks again.
      if (this.#told === told) this.#told = "";
    }
  }
}
