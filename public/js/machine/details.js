import { MachineClock } from "../clock.js";
import { MachineWord } from "../word.js";
import { Extras } from "./extras.js";
import { Thinning } from "./thinning.js";

/** The gateway is asked for what no event tells (labels, units, ring) this often, ms. */
const ASK_EVERY = 60_000;

/**
 * What is known of the shown machine beside its feed: the gateway's word, extra metrics, labels, units, ring, clocks.
 * Follows the session; knows nothing of the document.
 */
export class Details {
  #page;
  #feed = null;
  #askedAt = -Infinity;
  word = new MachineWord();
  extras = new Extras();
  clock = new MachineClock();
  thinning = new Thinning();
  /** Site, line … @type {Record<string, string>} */
  labels = {};
  /** Of the values as they are stored, where the source names one. @type {Record<string, string>} */
  units = {};
  /** @type {{capacity: number, count: number, oldest?: string} | null} */
  ring = null;
  /** When the ring was as it says, the gateway's time. */
  ringAt = 0;

  /** @param {any} page */
  constructor(page) {
    this.#page = page;
    const { link, session } = page;
    link.on("machines", () => this.#takeEntry());
    link.on("machineStatus", (status) => status?.machine === session.machine && this.#own().word.take(status));
    link.on("machineData", (reading) => reading?.machine === session.machine && this.#own().#takeLive(reading));
    link.onUp(() => this.thinning.interrupt());
    session.onJoined((answer) => this.#own().#takeJoined(answer));
  }

  /** Looks whether another machine is shown, and asks what is due. @param {number} now the gateway's time, ms */
  follow(now) {
    this.#own();
    const { session, link } = this.#page;
    // A refused join is told by the session alone.
    const { machineStatus } = session;
    if (machineStatus !== null && this.word.state === "live") {
      this.word.take({ ...machineStatus, metrics: machineStatus.metrics ?? this.word.metrics });
    }
    if (session.machine !== null && link.isUp && now - this.#askedAt >= ASK_EVERY) this.#ask(session.machine, now);
  }

  /** This, with what belongs to the shown machine only. */
  #own() {
    const { feed } = this.#page.session;
    if (feed === this.#feed) return this;
    this.#feed = feed;
    this.#askedAt = -Infinity;
    this.word = new MachineWord();
    this.extras.clear();
    this.clock = new MachineClock();
    this.thinning = new Thinning();
    this.labels = {};
    this.units = {};
    this.ring = null;
    this.#takeEntry();
    return this;
  }

  #takeEntry() {
    const { session } = this.#page;
    const entry = session.machines?.find(({ machine }) => machine === session.machine);
    if (entry === undefined || this.#feed !== session.feed) return;
    this.word.take(entry);
    if (entry.latest) this.extras.take(entry.latest, { now: session.now(), isLive: false });
  }

  #takeJoined({ readings, ring, nextSeq }) {
    const now = this.#page.session.now();
    for (const reading of readings ?? []) this.extras.take(reading, { now, isLive: false });
    this.thinning.interrupt();
    if (nextSeq > 1) this.thinning.note(nextSeq - 1, now);
    this.#takeRing(ring, now);
  }

  #takeLive(reading) {
    const now = this.#page.session.now();
    this.word.disprove(reading);
    this.extras.take(reading, { now, isLive: true });
    this.thinning.note(reading.seq, now);
    const time = Date.parse(reading.timestamp);
    if (!Number.isNaN(time)) this.clock.note(time, now);
  }

  #takeRing(ring, now) {
    if (!(ring?.capacity > 0)) return;
    this.ring = ring;
    this.ringAt = now;
  }

  async #ask(machine, now) {
    this.#askedAt = now;
    const feed = this.#feed;
    const { ok, body } = await this.#page.api(`/api/machines/${encodeURIComponent(machine)}`);
    if (!ok || feed !== this.#feed) return;
    this.labels = body.labels ?? {};
    this.units = body.units ?? {};
    this.#takeRing(body.ring, this.#page.session.now());
    this.#page.redraw();
  }
}
