import { METRICS, decimalsNeeded } from "../format.js";
import { Freshness } from "../freshness.js";
import { MachineWord } from "../word.js";
import { Spark } from "./spark.js";

/** What the page knows of one machine of the fleet, and what it makes of it. Pure: clocks are arguments. */

/** Lateness that does not last this long (ms) is jitter, and moves no tile. */
const LATE_FOR = 3000;

/** ms between two values of a thinned history that still are one line. */
const THINNED_REACH = 16_000;

/** Members of a reading that are no metric. */
const NOT_METRICS = new Set(["machine", "seq", "timestamp"]);

/**
 * @typedef {{state: "offline" | "stale" | "late" | "live", word: string, reason: string}} TileJudgement
 * word: for people, "torque stale"; reason: one short sentence or ""
 */

export class TileState {
  #word = new MachineWord();
  #freshness = new Freshness();
  /** When this machine's readings began to come to this page, ms; null while they do not. @type {number | null} */
  watchedSince = null;
  #lateSince = null;
  #seq = 0;
  /** The standard metrics in their order: newest value and decimals. */
  values = METRICS.map(() => ({ value: /** @type {number | null} */ (null), decimals: 0 }));
  spark = new Spark();
  /** Which metric the sparkline draws. @type {import("../format.js").Metric | null} */
  sparkMetric = null;
  /** ms between two values of the sparkline that are one line at least. */
  sparkReach = 0;
  /** Counts up with each change of the values. */
  version = 0;

  /** @param {string} machine */
  constructor(machine) {
    this.machine = machine;
  }

  /** Source time of the newest reading, ms since 1970. @type {number | null} */
  time = null;

  /** Highest seq seen. */
  get seq() {
    return this.#seq;
  }

  /** An entry of the event `machines`, or `machineStatus`. @param {any} word @param {number} now */
  takeWord(word, now) {
    this.#word.take(word);
    if (word.latest !== undefined && word.latest !== null) this.takePast(word.latest, now);
  }

  /** A live reading. @param {any} reading @param {number} now @returns {boolean} true: new */
  takeLive(reading, now) {
    const time = Date.parse(reading?.timestamp);
    if (Number.isNaN(time) || !(reading.seq > this.#seq)) return false;
    this.#freshness.noteLive(time, now);
    this.#take(reading, time);
    this.#word.disprove(reading);
    return true;
  }

  /** A reading that was there before. @param {any} reading @param {number} now */
  takePast(reading, now) {
    const time = Date.parse(reading?.timestamp);
    if (Number.isNaN(time) || !(reading.seq > this.#seq)) return;
    this.#freshness.noteHistory(time, now);
    this.#take(reading, time);
  }

  /**
   * The readings of the last minutes, oldest first; what came live meanwhile stays.
   * @param {any[]} readings @param {boolean} isThinned they are not all there were @param {number} now
   */
  fill(readings, isThinned, now) {
    this.sparkReach = isThinned ? THINNED_REACH : 0;
    const metric = this.sparkMetric ?? sparkMetric(readings.at(-1));
    if (metric !== null) {
      for (const reading of readings) this.spark.add(Date.parse(reading?.timestamp), reading[metric.name]);
    }
    for (const reading of readings) {
      this.#learnDecimals(reading);
      this.takePast(reading, now);
    }
  }

  /** The database is another one: nothing of it belongs to this machine. */
  reset() {
    this.#seq = 0;
    this.#freshness = new Freshness();
    this.time = null;
    this.sparkMetric = null;
    this.spark.clear();
    this.values = METRICS.map(() => ({ value: null, decimals: 0 }));
    this.version += 1;
  }

  #take(reading, time) {
    this.#seq = reading.seq;
    this.time = time;
    this.version += 1;
    METRICS.forEach((metric, index) => {
      const value = reading[metric.name];
      if (typeof value !== "number") return;
      this.values[index].value = value;
    });
    this.#learnDecimals(reading);
    this.sparkMetric ??= sparkMetric(reading);
    if (this.sparkMetric !== null) this.spark.add(time, reading[this.sparkMetric.name]);
  }

  /** As many as any value needed: a figure that gets longer and shorter cannot be read. */
  #learnDecimals(reading) {
    METRICS.forEach(({ name, mostDecimals }, index) => {
      const held = this.values[index];
      const needed = typeof reading[name] === "number" ? decimalsNeeded(reading[name], mostDecimals) : 0;
      if (needed <= held.decimals) return;
      held.decimals = needed;
      this.version += 1;
    });
  }

  /** ms since the newest reading came, Infinity before the first. @param {number} now */
  age(now) {
    return this.#freshness.age(now);
  }

  /** ms after which a silence of this machine is out of the ordinary. */
  get patience() {
    return this.#freshness.staleAfter;
  }

  /** @param {number} now @returns {TileJudgement} */
  judge(now) {
    const judged = this.#judge(now);
    if (judged.state !== "late") this.#lateSince = null;
    else this.#lateSince ??= now;
    return judged;
  }

  /** The state for order and counts: short lateness is none. @param {number} now */
  settledState(now) {
    const { state } = this.judge(now);
    return state === "late" && now - this.#lateSince < LATE_FOR ? "live" : state;
  }

  #judge(now) {
    const { state, reason, late, metrics } = this.#word;
    if (state === "offline" || state === "stale") return { state, word: state, reason };
    if (this.#isSilent(now)) return { state: "stale", word: "stale", reason: "" };
    if (metrics.length > 0) return { state: "late", word: describeMetrics(metrics), reason: metrics[0].reason ?? "" };
    return late ? { state: "late", word: "late", reason } : { state: "live", word: "live", reason: "" };
  }

  /** The page's own watch: a pulled cable is seen before the connection notices it. */
  #isSilent(now) {
    if (this.watchedSince === null) return false;
    const since = Math.max(this.#freshness.arrivedAt ?? -Infinity, this.watchedSince);
    return now - since > this.#freshness.staleAfter;
  }
}

/** "torque stale", "2 values stale". */
function describeMetrics(metrics) {
  if (metrics.length === 1) return `${metrics[0].metric} ${metrics[0].state}`;
  const isOnlyLate = metrics.every(({ state }) => state === "late");
  return `${metrics.length} values ${isOnlyLate ? "late" : "stale"}`;
}

/** What the sparkline of a machine with such readings draws: the first standard metric, else the first extra. */
export function sparkMetric(reading) {
  if (reading === undefined || reading === null) return null;
  const standard = METRICS.find(({ name }) => typeof reading[name] === "number");
  if (standard !== undefined) return standard;
  const name = Object.keys(reading).find((key) => !NOT_METRICS.has(key) && typeof reading[key] === "number");
  return name === undefined ? null : { name, title: name, unit: "", mostDecimals: 3, leastSpan: 1e-6 };
}
