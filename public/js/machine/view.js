import { Chart } from "../chart.js";
import { byId, setAttribute, setText } from "../dom.js";
import { METRICS, NO_VALUE, describeRecovery, formatDate, formatNumber, formatTime, formatZone } from "../format.js";
import { badgeFor } from "../judgement.js";
import { windowFor } from "../scales.js";

/** How long the page says what an outage cost, ms. */
const RECOVERY_SHOWN = 60_000;

/** The text alternative of a trend is for people who ask for it, not for every frame (ms). */
const SUMMARY_EVERY = 5000;

/** @param {Element} root @param {any} page @returns {{draw: (now: number) => void}} */
export function mount(root, page) {
  void root;
  const view = new View(() => page.redraw());
  return { draw: (now) => view.draw(page.session, now) };
}

/** Puts a session's state into the document. Reads the session, never changes it. */
class View {
  #notice = byId("notice");
  #time = byId("timestamp-value");
  #date = byId("timestamp-date");
  #clock = byId("timestamp-clock");
  #zone = byId("timestamp-zone");
  #timeCard = byId("timestamp-card");
  #windowLabel = byId("trend-window");
  #cards;
  #colours;
  #feed = null;
  #summarisedAt = 0;

  /** @param {() => void} redraw asks for a frame */
  constructor(redraw) {
    this.#cards = METRICS.map((metric) => ({
      card: byId(`${metric.name}-card`),
      value: byId(`${metric.name}-value`),
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
    this.#drawCards(session, now);
    this.#drawTrends(session.feed, now);
  }

  #drawNotice({ recovery }, now) {
    const isShown = recovery !== null && now - recovery.at < RECOVERY_SHOWN;
    setText(this.#notice, isShown ? describeRecovery(recovery.recovered, recovery.lost) : "");
  }

  #drawCards({ feed, trouble }, now) {
    this.#cards.forEach(({ card, value }, index) => {
      const metric = feed?.metrics[index] ?? null;
      const isKnown = metric !== null && metric.value !== null;
      const text = isKnown ? formatNumber(metric.value, metric.decimals) : NO_VALUE;
      setText(value, text);
      if (metric !== null) metric.longest = Math.max(metric.longest, text.length);
      setAttribute(value, "data-length", lengthClass(metric?.longest ?? 0));
      this.#drawBadge(card, metric?.freshness ?? null, trouble, now);
    });
    const time = feed?.latestTime ?? null;
    setText(this.#date, time === null ? NO_VALUE : formatDate(time));
    setText(this.#clock, time === null ? NO_VALUE : formatTime(time));
    setText(this.#zone, time === null ? "" : formatZone(time));
    setAttribute(this.#time, "datetime", time === null ? null : new Date(time).toISOString());
    this.#drawBadge(this.#timeCard, feed?.freshness ?? null, trouble, now);
  }

  #drawBadge(card, freshness, trouble, now) {
    const badge = freshness === null ? "" : badgeFor(freshness, trouble, now);
    setAttribute(card, "data-stale", badge === "" ? null : "");
    setText(card.querySelector(".badge"), badge);
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

/** Short numbers may be set larger; the longest seen decides, so that the size does not breathe with the value. */
function lengthClass(longest) {
  if (longest <= 6) return null;
  return longest <= 8 ? "long" : "longest";
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
