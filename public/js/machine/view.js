import { Chart } from "../chart.js";
import { byId, setAttribute, setText } from "../dom.js";
import { METRICS, describeRecovery, formatNumber } from "../format.js";
import { windowFor } from "../scales.js";
import { Cards } from "./cards.js";

/** How long the page says what an outage cost, ms. */
const RECOVERY_SHOWN = 60_000;

/** The text alternative of a trend is for people who ask for it, not for every frame (ms). */
const SUMMARY_EVERY = 5000;

/** @param {Element} root @param {any} page @returns {{draw: (now: number) => void}} */
export function mount(root, page) {
  const view = new View(new Cards(root, page), () => page.redraw());
  return { draw: (now) => view.draw(page.session, now) };
}

/** Puts a session's state into the document. Reads the session, never changes it. */
class View {
  #notice = byId("notice");
  #windowLabel = byId("trend-window");
  #cards;
  #colours;
  #feed = null;
  #summarisedAt = 0;

  #values;

  /** @param {Cards} values @param {() => void} redraw asks for a frame */
  constructor(values, redraw) {
    this.#values = values;
    this.#cards = METRICS.map((metric) => ({
      range: byId(`${metric.name}-range`),
      canvas: byId(`${metric.name}-trend`),
      chart: new Chart(byId(`${metric.name}-trend`), metric, redraw),
    }));
    this.#colours = readColours();
    const queries = ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-contrast: more)"];
    for (const query of queries) {
      matchMedia(query).addEventListener("change", () => {
        this.#colours = readColours();
        redraw();
      });
    }
  }

  /** @param {import("../session.js").Session} session @param {number} now ms since 1970 by the page's clock */
  draw(session, now) {
    this.#drawNotice(session, now);
    this.#values.draw(session, now);
    this.#drawTrends(session.feed, now);
  }

  #drawNotice({ recovery }, now) {
    const isShown = recovery !== null && now - recovery.at < RECOVERY_SHOWN;
    setText(this.#notice, isShown ? describeRecovery(recovery.recovered, recovery.lost) : "");
  }

  #drawTrends(feed, now) {
    if (feed !== this.#feed) {
      this.#feed = feed;
      for (const { chart } of this.#cards) chart.reset();
    }
    const window = windowFor(feed?.series.span(feed.edge ?? Infinity) ?? 0);
    const minutes = window / 60_000;
    setText(this.#windowLabel, minutes === 1 ? "last minute" : `last ${minutes} minutes`);
    const isSummaryDue = now - this.#summarisedAt >= SUMMARY_EVERY;
    if (isSummaryDue) this.#summarisedAt = now;
    this.#cards.forEach(({ chart, range, canvas }, index) => {
      chart.draw(feed, window, this.#colours, now);
      const text = rangeText(chart, feed?.metrics[index]?.decimals ?? 0);
      setText(range, text);
      const { title, unit } = METRICS[index];
      const summary = `${title} trend in ${unit}, ${this.#windowLabel.textContent}: ${text || "no data"}`;
      if (isSummaryDue) setAttribute(canvas, "aria-label", summary);
    });
  }
}

function rangeText({ minimum, maximum }, decimals) {
  if (Number.isNaN(minimum)) return "";
  return `${formatNumber(minimum, decimals)} to ${formatNumber(maximum, decimals)}`;
}

/** The canvas cannot use custom properties, so they are read whenever the scheme changes. */
function readColours() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  return { line: colour("--line"), grid: colour("--grid"), text: colour("--muted") };
}
