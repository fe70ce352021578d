import { byId, setAttribute } from "../dom.js";

/** What leaves the trends: a file with the readings, a picture, a table. Loaded when it is first wanted. */
export class Out {
  #trends;
  #page;
  #table = null;
  #section = byId("trend-table");
  #tableButton = byId("trend-table-button");

  /** @param {import("./trends.js").Trends} trends @param {any} page */
  constructor(trends, page) {
    this.#trends = trends;
    this.#page = page;
    byId("trend-csv").addEventListener("click", () => this.#saveReadings());
    this.#tableButton.addEventListener("click", () => this.#showTable(this.#section.hidden));
  }

  /** @param {import("./trend.js").Trend} trend */
  async savePicture(trend) {
    const { savePicture } = await import("./save.js");
    await savePicture(this.#trends, trend);
  }

  /** @param {number} now ms since 1970 */
  draw(now) {
    if (!this.#section.hidden) this.#table?.draw(now);
  }

  async #saveReadings() {
    const { saveReadings } = await import("./save.js");
    await saveReadings(this.#trends, this.#page);
  }

  async #showTable(isShown) {
    this.#section.hidden = !isShown;
    setAttribute(this.#tableButton, "aria-pressed", String(isShown));
    if (!isShown) return;
    if (this.#table === null) {
      const { ReadingsTable } = await import("./table.js");
      this.#table = new ReadingsTable(this.#section, this.#trends);
    }
    this.#table.draw(Date.now());
    this.#section.scrollIntoView({ block: "nearest" });
  }
}
