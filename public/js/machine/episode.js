/** One alarm's pinned window: readings that the ring cannot overwrite. */
export class Episode {
  /** @type {{from: number, to: number} | null} null: not there */
  range = null;
  machine = "";
  text = "";
  #readings = [];

  /** @param {number} number */
  constructor(number) {
    this.number = number;
    this.text = `alarm ${number}`;
  }

  /** @param {any} page */
  async load(page) {
    const path = `/api/alarms/episodes/${this.number}`;
    const [about, kept] = await Promise.all([page.api(path), page.api(`${path}/readings?format=json&maxPoints=5000`)]);
    const from = Date.parse(about.body?.from);
    const to = Date.parse(about.body?.to);
    if (!about.ok || Number.isNaN(from) || !(to > from)) {
      this.text = `alarm ${this.number} is not kept any more`;
      return;
    }
    const { alarm } = about.body;
    this.machine = alarm?.machine ?? "";
    this.text = `alarm ${this.number}${alarm?.text ? ` (${alarm.text})` : ""}, kept`;
    this.#readings = Array.isArray(kept.body?.readings) ? kept.body.readings : [];
    this.range = { from, to };
  }

  /** Gives the readings to the trends, if they show its machine. @param {import("./scene.js").Scene} scene */
  pinTo(scene) {
    if (this.range !== null && scene.machine === this.machine) scene.pin(this.#readings, this.range);
  }
}
