import { byId, setAttribute } from "../dom.js";

/** The tools are fetched this long after the page (ms): they are there when the gateway is away. */
const FETCH_AFTER = 3000;

const loadSaving = () => import("./save.js");
const loadTable = () => import("./table.js");

/** What leaves the trends: a file with the readings, a picture, a table. Not needed for the first paint. */
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
    byId("trend-csv").addEventListener("click", () => this.#saveReadings().catch(this.#failed));
    const toggle = () => this.#showTable(this.#section.hidden).catch(this.#failed);
    this.#tableButton.addEventListener("click", toggle);
    setTimeout(() => Promise.all([loadSaving(), loadTable()]).catch(() => {}), FETCH_AFTER);
  }

  #failed = (error) => {
    console.warn(`telemetryd: ${error}`);
    this.#page.say("That did not work: the gateway cannot be reached");
  };

  /** @param {import("./trend.js").Trend} trend */
  savePicture(trend) {
    loadSaving().then(({ savePicture }) => savePicture(this.#trends, trend)).catch(this.#failed);
  }

  /** @param {number} now ms since 1970 */
  draw(now) {
    if (!this.#section.hidden) this.#table?.draw(now);
  }

  async #saveReadings() {
    const { saveReadings } = await loadSaving();
    await saveReadings(this.#trends, this.#page);
  }

  async #showTable(isShown) {
    this.#section.hidden = !isShown;
    setAttribute(this.#tableButton, "aria-pressed", String(isShown));
    if (!isShown) return;
    if (this.#table === null) {
      const { ReadingsTable } = await loadTable();
      this.#table = new ReadingsTable(this.#section, this.#trends);
    }
    this.#table.draw(this.#page.session.now());
    this.#section.scrollIntoView({ block: "nearest" });
  }
}
