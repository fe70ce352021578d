import { setAttribute, setText } from "../dom.js";
import { formatDate } from "../format.js";
import { instants } from "./timeline.js";
import { preciseTime } from "./when.js";

/** Rows at most: a table is for reading, the file has the rest. */
const ROWS_MAX = 200;

/** A table that changes faster cannot be read, ms. */
const EVERY = 1000;

/** The readings shown as a table, newest first: the text alternative of the charts. */
export class ReadingsTable {
  #trends;
  #caption = document.createElement("caption");
  #head = document.createElement("tr");
  #body = document.createElement("tbody");
  #drawn = { key: "", at: -Infinity };

  /** @param {HTMLElement} section @param {import("./trends.js").Trends} trends */
  constructor(section, trends) {
    this.#trends = trends;
    const frame = document.createElement("div");
    frame.className = "panel scroll";
    const names = { role: "region", tabindex: "0", "aria-label": "Readings shown, newest first" };
    for (const [name, value] of Object.entries(names)) frame.setAttribute(name, value);
    const table = document.createElement("table");
    table.className = "table";
    const thead = document.createElement("thead");
    thead.append(this.#head);
    table.append(this.#caption, thead, this.#body);
    frame.append(table);
    section.append(frame);
  }

  /** @param {number} now ms since 1970 */
  draw(now) {
    const { scene, feed, names } = this.#trends;
    const { range, version } = scene;
    const units = names.map((name) => this.#trends.unit(name));
    const head = names.map((name, index) => (units[index].symbol === "" ? name : `${name} (${units[index].symbol})`));
    const key = `${range.from}/${range.to}/${version}/${feed?.version}/${feed?.machine}/${head.join()}`;
    if (key === this.#drawn.key || now - this.#drawn.at < EVERY) return;
    this.#drawn = { key, at: now };
    const found = instants(scene.pieces, range);
    const rows = found.slice(-ROWS_MAX).reverse();
    fill(this.#head, ["Time", "Seq", ...head], "th");
    const count = found.length.toLocaleString();
    const shown = found.length > ROWS_MAX ? `the newest ${ROWS_MAX} of ${count} readings` : `${count} readings`;
    setText(this.#caption, `${feed?.machine ?? ""}: ${shown} shown; the CSV file has all of them`);
    while (this.#body.rows.length > rows.length) this.#body.deleteRow(-1);
    const isToday = (time) => formatDate(time) === formatDate(now);
    rows.forEach((row, index) => {
      const time = `${isToday(row.time) ? "" : `${formatDate(row.time)} `}${preciseTime(row.time)}`;
      const values = names.map((name) => this.#valueText(row, name));
      const cells = [row.isLate ? `${time} (late)` : time, String(row.seq), ...values];
      fill(this.#body.rows[index] ?? this.#body.insertRow(), cells, "td");
    });
  }

  #valueText(row, name) {
    const value = row.value(name);
    if (Number.isNaN(value)) return "";
    const trend = this.#trends.charts.find((one) => one.name === name);
    return trend === undefined ? String(value) : trend.write(value, this.#trends.decimals(name));
  }
}

/** @param {HTMLTableRowElement} row @param {string[]} texts @param {"td" | "th"} kind */
function fill(row, texts, kind) {
  while (row.cells.length > texts.length) row.deleteCell(-1);
  texts.forEach((text, index) => {
    let cell = row.cells[index];
    if (cell === undefined) {
      cell = document.createElement(kind);
      if (kind === "th") cell.scope = "col";
      if (index > 0) cell.className = "number";
      row.append(cell);
    }
    setText(cell, text);
  });
  setAttribute(row, "data-late", texts[0].endsWith("(late)") ? "" : null);
}
