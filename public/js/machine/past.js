import { columnsOf } from "./timeline.js";

/** Readings older than what the page holds, thinned by the gateway: what to ask for, what came. Pure but for `ask`. */

/** Most readings in one answer: the gateway's bound for `maxPoints`. */
const POINTS_MAX = 5000;

/** Points for each column of a chart: lowest and highest of three metrics. */
const POINTS_PER_COLUMN = 6;

/** Answers kept: the one that is shown, and coarser ones to fall back on while a finer one is on its way. */
const KEPT_MAX = 4;

/** An answer may have buckets this many times as long as a column before a finer one is asked for. */
const COARSE = 2.5;

/** More than the window is asked for on each side (share of its span), so that a small pan needs no answer. */
const MARGIN = 0.5;

/** A request that failed is not repeated before this, ms. */
const RETRY_AFTER = 5000;

/** A live window's past is not asked for more often than this, ms. */
const LIVE_EVERY = 2000;

/**
 * @typedef {{from: number, to: number, excess: number}} Break
 * a gap between two kept readings; excess: ms longer than the readings left out between them explain
 * @typedef {{from: number, to: number, bucket: number, breaks: Break[], total: number,
 *   columns: import("./timeline.js").Columns}} Stretch
 * from, to: what was asked for, ms since 1970; bucket: ms that are one point for each metric, 0 when not thinned
 * @typedef {{from: number, to: number, maxPoints: number}} Request
 * @typedef {{range: {from: number, to: number}, isLive: boolean, width: number,
 *   first: {seq: number, time: number} | null, last: {time: number} | null, now: number}} Need
 * first, last: oldest and newest reading the page holds by itself without a hole
 */

export class Past {
  /** @type {Stretch[]} newest answer first */
  #stretches = [];
  #isAsking = false;
  #failedAt = -Infinity;
  /** The last request that was answered: asking it again would bring the same. */
  #answered = "";
  #askedAt = -Infinity;
  #ask;
  /** Goes up with every answer. */
  version = 0;

  /** @param {(request: Request) => Promise<any>} ask resolves with the gateway's answer, null when it did not work */
  constructor(ask) {
    this.#ask = ask;
  }

  /** Readings kept for good: a pinned window. @param {any[]} readings @param {{from: number, to: number}} range */
  hold(readings, range) {
    this.#keep({ ...range, bucket: 0, breaks: [], total: readings.length, columns: columnsOf(readings) });
  }

  /**
   * The best answers for a window, best first; one that is enough stands alone.
   * @param {{from: number, to: number}} range @returns {Stretch[]}
   */
  best(range) {
    const overlap = (one) => Math.min(one.to, range.to) - Math.max(one.from, range.from);
    const useful = this.#stretches.filter((one) => overlap(one) > 0 && one.columns.length > 0);
    useful.sort((a, b) => a.bucket - b.bucket || overlap(b) - overlap(a));
    const whole = useful.findIndex((one) => one.from <= range.from && one.to >= range.to);
    return whole < 0 ? useful : useful.slice(0, whole + 1);
  }

  /** What should be asked for now, null: nothing. @param {Need} need @returns {Request | null} */
  plan(need) {
    const { range, first, last, isLive, width } = need;
    const span = range.to - range.from;
    // What the page holds by itself is whole; only what is older, or newer than it, is missing.
    const isOlderMissing = first === null || first.time > range.from;
    const isNewerMissing = !isLive && (last === null || last.time < range.to);
    if (!isOlderMissing && !isNewerMissing) return null;
    if (first?.seq === 1 && !isNewerMissing) return null;
    const to = isNewerMissing || first === null ? range.to : Math.min(range.to, first.time);
    const wanted = { from: range.from, to };
    const finest = (span * (1 + 2 * MARGIN)) / (POINTS_MAX / POINTS_PER_COLUMN);
    const longest = Math.max((span / Math.max(1, width)) * COARSE, finest * 1.2);
    if (this.#stretches.some((one) => this.#isEnough(one, wanted, longest, need))) return null;
    const margin = isLive ? span * 0.1 : span * MARGIN;
    const end = isLive ? Infinity : Math.ceil(range.to + margin);
    return { from: Math.floor(range.from - margin), to: end, maxPoints: pointsFor(width, (span + 2 * margin) / span) };
  }

  #isEnough(one, wanted, longest, { first, isLive }) {
    if (one.bucket > longest || one.from > wanted.from) return false;
    // Live: the buffer slides on; the answer must reach up to where it begins.
    const reaches = isLive && first !== null ? one.lastSeq + 1 >= first.seq : one.to >= wanted.to;
    return reaches;
  }

  /**
   * Asks if something is missing. @param {Need} need @param {() => void} onChange
   * @returns {boolean} true: a request is on its way
   */
  update(need, onChange) {
    if (this.#isAsking) return true;
    const wait = need.isLive ? Math.max(this.#askedAt + LIVE_EVERY, this.#failedAt + RETRY_AFTER)
      : this.#failedAt + RETRY_AFTER;
    if (need.now < wait) return false;
    const request = this.plan(need);
    if (request === null || (!need.isLive && keyOf(request) === this.#answered)) return false;
    this.#isAsking = true;
    this.#askedAt = need.now;
    this.#send(request, need.now).then(onChange);
    return true;
  }

  async #send(request, now) {
    const answer = await this.#ask(request);
    this.#isAsking = false;
    if (answer === null) {
      this.#failedAt = now;
      return;
    }
    this.#answered = keyOf(request);
    this.#keep(stretchOf(request, answer, now));
  }

  #keep(stretch) {
    const { seqs } = stretch.columns;
    stretch.lastSeq = seqs.length === 0 ? 0 : seqs[seqs.length - 1];
    // What a new answer holds in the same or finer grain is not needed twice.
    const isOutdone = (one) => one.from >= stretch.from && one.to <= stretch.to && one.bucket >= stretch.bucket;
    this.#stretches = [stretch, ...this.#stretches.filter((one) => !isOutdone(one))].slice(0, KEPT_MAX);
    this.version += 1;
  }
}

/** @param {Request} request @param {any} answer of the readings API @param {number} now @returns {Stretch} */
export function stretchOf(request, answer, now) {
  const readings = Array.isArray(answer?.readings) ? answer.readings : [];
  const columns = columnsOf(readings);
  const total = Math.max(readings.length, Number(answer?.total) || 0);
  const isThinned = total > readings.length;
  const to = request.to === Infinity ? now : request.to;
  const metrics = Math.max(1, columns.byName.size);
  const buckets = Math.max(1, request.maxPoints / (2 * metrics));
  const times = columns.times;
  const covered = times.length > 1 ? Math.min(to, times[times.length - 1]) - Math.max(request.from, times[0]) : 0;
  const bucket = isThinned ? covered / buckets : 0;
  return { from: request.from, to, bucket, breaks: isThinned ? breaksOf(columns) : [], total, columns };
}

/** A pause shorter than this (ms) is none in thinned readings. */
const BREAK_MIN = 1000;

/** Readings around a pause that tell the pace, on each side. */
const NEIGHBOURS = 2;

/**
 * Gaps in thinned readings: between two kept ones much more time has gone by than the number of those left out
 * explains at the pace of their neighbours.
 * @param {import("./timeline.js").Columns} columns @returns {Break[]}
 */
export function breaksOf({ seqs, times }) {
  const breaks = [];
  const pace = (index) => (times[index] - times[index - 1]) / (seqs[index] - seqs[index - 1]);
  for (let index = 1; index < seqs.length; index += 1) {
    const apart = times[index] - times[index - 1];
    const between = seqs[index] - seqs[index - 1] - 1;
    if (apart < BREAK_MIN) continue;
    const paces = [];
    for (let other = index - NEIGHBOURS; other <= index + NEIGHBOURS; other += 1) {
      if (other !== index && other >= 1 && other < seqs.length) paces.push(Math.abs(pace(other)));
    }
    paces.sort((a, b) => a - b);
    const usual = paces[paces.length >> 1] ?? apart;
    const excess = apart - between * usual * 1.5;
    if (excess > BREAK_MIN) breaks.push({ from: times[index - 1], to: times[index], excess });
  }
  return breaks;
}

function keyOf({ from, to, maxPoints }) {
  return `${from}/${to}/${maxPoints}`;
}

function pointsFor(width, stretch) {
  return Math.max(3, Math.min(POINTS_MAX, Math.ceil(width * stretch * POINTS_PER_COLUMN)));
}
