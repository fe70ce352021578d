import { byId, setAttribute, setText } from "../dom.js";
import { METRICS, NO_VALUE, formatDate, formatNumber, formatTime, formatZone } from "../format.js";
import { badgeFor } from "../judgement.js";

/** The newest values in large figures. Reads the session, never changes it. */
export class Cards {
  #time = byId("timestamp-value");
  #date = byId("timestamp-date");
  #clock = byId("timestamp-clock");
  #zone = byId("timestamp-zone");
  #timeCard = byId("timestamp-card");
  #cards = METRICS.map((metric) => ({
    card: byId(`${metric.name}-card`),
    value: byId(`${metric.name}-value`),
  }));

  /** @param {Element} root of the machine view @param {any} page */
  constructor(root, page) {
    void root;
    void page;
  }

  /** @param {import("../session.js").Session} session @param {number} now ms since 1970 by the page's clock */
  draw({ feed, trouble }, now) {
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
}

/** Short numbers may be set larger; the longest seen decides, so that the size does not breathe with the value. */
function lengthClass(longest) {
  if (longest <= 6) return null;
  return longest <= 8 ? "long" : "longest";
}
