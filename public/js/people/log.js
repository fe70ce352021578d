/** What was said in the room of one machine: what the gateway keeps, and what comes. Pure. */

/**
 * @typedef {{sender: string, text: string, timestamp: string, kind: "message" | "note" | "notice", machine: string,
 *   id?: number, at?: string}} Message
 */

/** Lines kept, as by the gateway. */
const LINES_MAX = 200;

/** Characters of a text that stand in the charts. */
const MARKED_MAX = 160;

export class MessageLog {
  /** @type {Message[]} oldest first */
  lines = [];
  /** Goes up with every change. */
  version = 0;
  #machine = null;

  /** @param {string | null} machine whose room it is from now on; what was said elsewhere is forgotten */
  show(machine) {
    if (machine === this.#machine) return;
    this.#machine = machine;
    this.lines = [];
    this.version += 1;
  }

  /**
   * A line came. Rooms of machines that are watched beside send theirs too.
   * @param {any} message @returns {boolean} it belongs here and is new
   */
  take(message) {
    if (!isMessage(message) || message.machine !== this.#machine || this.#has(message)) return false;
    this.lines = [...this.lines, message].slice(-LINES_MAX);
    this.version += 1;
    return true;
  }

  /**
   * What the gateway keeps, after a join. Lines that came while it was asked stay.
   * @param {string} machine @param {any} list
   */
  fill(machine, list) {
    if (machine !== this.#machine || !Array.isArray(list)) return;
    const kept = list.filter((message) => isMessage(message) && message.machine === machine);
    const newest = kept.reduce((time, { timestamp }) => Math.max(time, Date.parse(timestamp)), -Infinity);
    const later = this.lines.filter((line) => Date.parse(line.timestamp) >= newest);
    this.lines = kept;
    for (const line of later) if (!this.#has(line)) this.lines.push(line);
    this.lines = this.lines.slice(-LINES_MAX);
    this.version += 1;
  }

  #has({ id, timestamp, text }) {
    return this.lines.some((line) =>
      id === undefined ? line.id === undefined && line.timestamp === timestamp && line.text === text : line.id === id);
  }

  /** Everything but notices, for the charts. @returns {import("../markers.js").Marker[]} */
  get markers() {
    return this.lines
      .filter(({ kind }) => kind !== "notice")
      .map(({ sender, text, timestamp, at, kind, machine }) =>
        ({ time: Date.parse(at ?? timestamp), kind, text: `${sender}: ${short(text)}`, machine }));
  }
}

const short = (text) => (text.length > MARKED_MAX ? `${text.slice(0, MARKED_MAX - 1)}…` : text);

function isMessage(message) {
  const isText = (value) => typeof value === "string";
  if (message === null || typeof message !== "object") return false;
  const { sender, text, timestamp, machine, at } = message;
  if (![sender, text, timestamp, machine].every(isText) || Number.isNaN(Date.parse(timestamp))) return false;
  return at === undefined || (isText(at) && !Number.isNaN(Date.parse(at)));
}
