import { METRICS, decimalsNeeded } from "./format.js";
import { Freshness } from "./freshness.js";
import { Ledger } from "./ledger.js";
import { isMetric } from "./machine/timeline.js";
import { Series } from "./series.js";

/** Readings may be this far ahead of the page's clock (ms) and still move the right edge of the trends. */
const CLOCK_TOLERANCE = 60_000;

/** Decimals of a metric that nobody has described, at most. */
const EXTRA_DECIMALS = 3;

/** What the page holds of one metric. */
class MetricFeed {
  /** @param {import("./format.js").Metric} metric */
  constructor(metric) {
    this.metric = metric;
    this.freshness = new Freshness();
    /** @type {number | null} */
    this.value = null;
    this.decimals = 0;
    /** Characters of the longest text shown so far. */
    this.longest = 0;
    this.seq = 0;
  }

  take(seq, value, time, now, isLive) {
    if (typeof value !== "number" || !Number.isFinite(value)) return;
    this.decimals = Math.max(this.decimals, decimalsNeeded(value, this.metric.mostDecimals));
    if (isLive) this.freshness.noteLive(time, now);
    else this.freshness.noteHistory(time, now);
    if (seq < this.seq) return;
    this.seq = seq;
    this.value = value;
  }
}

/** All the page holds of one machine in one epoch: ledger, buffer, newest values. Pure: clocks are arguments. */
export class Feed {
  /** @param {string} machine @param {number} [capacity] readings */
  constructor(machine, capacity) {
    this.machine = machine;
    /** @type {string | null} */
    this.epoch = null;
    this.ledger = new Ledger();
    this.series = new Series(METRICS.map((metric) => metric.name), capacity);
    /** Goes up with every reading taken: who has drawn this one need not draw again. */
    this.version = 0;
    /** Readings taken live; says how far behind a paused view is. */
    this.liveCount = 0;
    this.metrics = METRICS.map((metric) => new MetricFeed(metric));
    this.freshness = new Freshness();
    /** Source time of the newest reading, ms since 1970. @type {number | null} */
    this.latestTime = null;
    /** Right edge of the trends at the newest reading, ms since 1970. @type {number | null} */
    this.edge = null;
    this.#latestSeq = 0;
  }

  #latestSeq;

  /** What is held of the metrics beside the three standard ones, as many as the buffer keeps. */
  #extras = new Map();

  /** Names of the metrics beside the three standard ones that this machine has sent, by name. @type {string[]} */
  extras = [];

  /** @param {string} name @returns {MetricFeed | null} null: this machine has not sent it */
  metricOf(name) {
    return this.metrics.find(({ metric }) => metric.name === name) ?? this.#extras.get(name) ?? null;
  }

  #know(name) {
    if (!this.series.addMetric(name)) return;
    this.#extras.set(name, new MetricFeed({ name, title: name, unit: "", mostDecimals: EXTRA_DECIMALS, leastSpan: 0 }));
    this.extras = [...this.#extras.keys()].sort();
  }

  /**
   * Takes one reading; each sequence number once.
   * @param {any} reading as on the wire (interface section 3)
   * @param {{now: number, isLive: boolean, isRecovery?: boolean}} how now: ms since 1970 by the page's clock
   * @returns {boolean} true: new
   */
  take(reading, { now, isLive, isRecovery = false }) {
    const seq = reading?.seq;
    const time = Date.parse(reading?.timestamp);
    if (reading?.machine !== this.machine || Number.isNaN(time)) return false;
    if (this.series.isFull && seq < this.series.firstSeq) return false;
    if (!this.ledger.accept(seq, isRecovery)) return false;
    for (const name in reading) if (isMetric(name, reading[name])) this.#know(name);
    this.series.insert(seq, time, reading);
    this.version += 1;
    if (isLive) this.liveCount += 1;
    if (this.series.isFull) this.ledger.forgetBelow(this.series.firstSeq);
    if (isLive) this.freshness.noteLive(time, now);
    else this.freshness.noteHistory(time, now);
    for (const metric of this.metrics) metric.take(seq, reading[metric.metric.name], time, now, isLive);
    for (const [name, metric] of this.#extras) metric.take(seq, reading[name], time, now, isLive);
    if (seq > this.#latestSeq) {
      this.#latestSeq = seq;
      this.latestTime = time;
    }
    this.#moveEdge(time, now);
    return true;
  }

  /** Right edge of the trends: it goes on while nothing comes, so that silence is seen as a gap. @param {number} now */
  edgeAt(now) {
    if (this.edge === null) return now;
    const age = this.freshness.age(now);
    return age > this.freshness.staleAfter ? this.edge + age : this.edge;
  }

  #moveEdge(time, now) {
    // A sensor with a clock in the future must not push all honest readings out of the window;
    // if there is nothing else, it is followed.
    const latestBelievable = now + CLOCK_TOLERANCE;
    const isBelievable = time <= latestBelievable;
    const isEdgeBelievable = this.edge !== null && this.edge <= latestBelievable;
    if (this.edge === null || (isBelievable && !isEdgeBelievable)) this.edge = time;
    else if (isBelievable === isEdgeBelievable && time > this.edge) this.edge = time;
  }
}
