/** How often the gateway is asked for its oldest reading, ms. */
const OLDEST_EVERY = 30_000;

/** What the trends ask of the gateway about the shown machine. */
export class Gate {
  /** Units that the shown machine's sensors name. @type {Record<string, string>} */
  units = {};
  #page;
  #onOldest;
  #feed = null;
  #oldestAt = -Infinity;

  /** @param {any} page @param {(oldest: number) => void} onOldest ms since 1970 */
  constructor(page, onOldest) {
    this.#page = page;
    this.#onOldest = onOldest;
    page.session.onJoined((answer) => this.#noteRing(answer?.ring));
  }

  /** @param {import("../feed.js").Feed | null} feed */
  show(feed) {
    this.#feed = feed;
    this.#oldestAt = -Infinity;
    this.units = {};
  }

  /** @param {import("./past.js").Request} request @returns {Promise<any>} null: no answer, or it came too late */
  async ask({ from, to, maxPoints }) {
    const feed = this.#feed;
    if (feed === null) return null;
    const iso = (time) => new Date(Math.max(0, Math.min(time, 8.64e15))).toISOString();
    const until = to === Infinity ? "" : `&to=${iso(to)}`;
    const query = `from=${iso(from)}${until}&maxPoints=${maxPoints}`;
    const path = `/api/machines/${encodeURIComponent(feed.machine)}/readings?${query}`;
    const { ok, body } = await this.#page.api(path);
    return ok && feed === this.#feed && body?.epoch === feed.epoch ? body : null;
  }

  /** Now and then: how far back there is anything, and in which units. @param {number} now ms since 1970 */
  async askOldest(now) {
    const feed = this.#feed;
    if (feed === null || now - this.#oldestAt < OLDEST_EVERY) return;
    this.#oldestAt = now;
    const { ok, body } = await this.#page.api(`/api/machines/${encodeURIComponent(feed.machine)}`);
    if (!ok || feed !== this.#feed) return;
    this.units = typeof body?.units === "object" && body.units !== null ? body.units : {};
    this.#noteRing(body?.ring);
  }

  #noteRing(ring) {
    const oldest = Date.parse(ring?.oldest);
    if (!Number.isNaN(oldest)) this.#onOldest(oldest);
  }
}
