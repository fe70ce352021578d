import { byId, setAttribute, setText } from "../dom.js";
import { METRICS, NO_VALUE, formatDate, formatNumber, formatTime, formatZone } from "../format.js";
import { judgeValue } from "../judgement.js";
import { KnownAlarms } from "../known-alarms.js";
import { Details } from "./details.js";
import { ExtraCards } from "./extra-cards.js";
import { drawFacts, factsOf } from "./facts.js";
import { judgeLimit } from "./limit-state.js";

/** The newest values in large figures, each with what it is worth. Reads the session, never changes it. */
export class Cards {
  #page;
  #details;
  #alarms;
  #extras = new ExtraCards(byId("extra-cards"));
  #facts = byId("machine-facts");
  #time = byId("timestamp-value");
  #date = byId("timestamp-date");
  #clock = byId("timestamp-clock");
  #zone = byId("timestamp-zone");
  #timeCard = partsOf(byId("timestamp-card"));
  #cards = METRICS.map((metric) => ({
    ...partsOf(byId(`${metric.name}-card`)),
    value: byId(`${metric.name}-value`),
  }));

  /** @param {Element} root of the machine view @param {any} page */
  constructor(root, page) {
    void root;
    this.#page = page;
    this.#details = new Details(page);
    this.#alarms = new KnownAlarms(page);
    page.units.onChange(() => {
      for (const metric of page.session.feed?.metrics ?? []) metric.longest = 0;
    });
  }

  /** @param {import("../session.js").Session} session @param {number} now the gateway's time, ms since 1970 */
  draw(session, now) {
    const details = this.#details;
    const { units, link } = this.#page;
    const { feed } = session;
    details.follow(now);
    const how = { isUp: link.isUp, now };
    const alarms = this.#alarms.of(session.machine);
    this.#cards.forEach((card, index) => {
      const { name } = METRICS[index];
      const metric = feed?.metrics[index] ?? null;
      const value = metric?.value ?? null;
      drawValue(card, metric, units.of(name, details.units[name]));
      drawJudgement(card, metric === null ? null : judgeValue(metric.freshness, details.word, name, how));
      const limit = judgeLimit(value, alarms, name, this.#page.limits.of(session.machine ?? "", name));
      setText(card.limit, limit.text);
      setAttribute(card.card, "data-limit", limit.state === "" ? null : limit.state);
    });
    this.#drawTime(feed?.latestTime ?? null);
    drawJudgement(this.#timeCard, feed === null ? null : judgeValue(feed.freshness, details.word, null, how));
    this.#extras.draw(details, { units, ...how });
    drawFacts(this.#facts, factsOf(details, session, now));
  }

  #drawTime(time) {
    setText(this.#date, time === null ? NO_VALUE : formatDate(time));
    setText(this.#clock, time === null ? NO_VALUE : formatTime(time));
    setText(this.#zone, time === null ? "" : formatZone(time));
    setAttribute(this.#time, "datetime", time === null ? null : new Date(time).toISOString());
  }
}

function partsOf(card) {
  const part = (name) => card.querySelector(`.${name}`);
  return { card, badge: part("badge"), why: part("why"), unit: part("unit"), limit: part("limit") };
}

function drawValue({ value: element, unit: symbol }, metric, unit) {
  const isKnown = metric !== null && metric.value !== null;
  const text = isKnown ? formatNumber(unit.convert(metric.value), unit.decimals(metric.decimals)) : NO_VALUE;
  setText(element, text);
  setText(symbol, unit.symbol);
  if (metric !== null) metric.longest = Math.max(metric.longest, text.length);
  setAttribute(element, "data-length", lengthClass(metric?.longest ?? 0));
}

function drawJudgement({ card, badge, why }, judged) {
  const isLive = judged === null || judged.state === "live" || judged.state === "none";
  setAttribute(card, "data-value", judged?.state ?? null);
  setAttribute(card, "data-stale", isLive || judged.state === "late" ? null : "");
  setText(badge, judged?.badge ?? "");
  setText(why, judged?.why ?? "");
}

/** Short numbers may be set larger; the longest seen decides, so that the size does not breathe with the value. */
function lengthClass(longest) {
  if (longest <= 6) return null;
  return longest <= 8 ? "long" : "longest";
}
