import { windowFor } from "../scales.js";
import { Past } from "./past.js";
import { clamp, liveSpan, moved, pan, pinch, togglePause, wholeSpan, zoom } from "./span.js";
import { join } from "./timeline.js";

/** A window of a fleet's slowest machine that has sent nothing yet, ms. */
const EMPTY_SPAN = 60_000;

/** Thinned readings may be this many buckets apart and still be one line. */
const GAP_BUCKETS = 1.5;

/**
 * What the trends show: which stretch of time, and the readings in it from wherever they are. Pure: the clock is an
 * argument, and so is the way to ask the gateway.
 */
export class Scene {
  /** @type {import("./span.js").Span} */
  span = liveSpan();
  /** Range shown last, ms since 1970. */
  range = { from: 0, to: EMPTY_SPAN };
  /** @type {import("./timeline.js").Piece[]} */
  pieces = [];
  /** First reading that the gateway keeps, ms since 1970; null: not known. @type {number | null} */
  oldest = null;
  edge = 0;
  #ask;
  #feed = null;
  /** What the page held when the view left the stream: the buffer and the ring go on without it. */
  #held = null;
  #liveCountWhenHeld = 0;
  #past;

  /** @param {(request: import("./past.js").Request) => Promise<any>} ask */
  constructor(ask) {
    this.#ask = ask;
    this.#past = new Past(ask);
  }

  get isLive() {
    return this.span.held === null;
  }

  /** Readings that have come since the view left the stream. */
  get behind() {
    return this.isLive || this.#feed === null ? 0 : this.#feed.liveCount - this.#liveCountWhenHeld;
  }

  get bounds() {
    return { oldest: this.oldest, edge: this.edge };
  }

  /** Changes whenever a new picture is due. */
  get version() {
    return this.#past.version;
  }

  /** @param {import("../feed.js").Feed | null} feed another one: what is held belongs to another machine or epoch */
  show(feed) {
    this.#feed = feed;
    this.#past = new Past(this.#ask);
    this.oldest = null;
    this.#fitted = { version: -1, span: EMPTY_SPAN };
    this.#hold();
  }

  /** Readings that are kept for good (a pinned window). @param {any[]} readings */
  pin(readings, range) {
    this.#past.hold(readings, range);
  }

  /** @param {import("./span.js").Span} span */
  set(span) {
    const wasLive = this.isLive;
    this.span = span;
    if (wasLive !== this.isLive) this.#hold();
  }

  zoom(factor, share) {
    const anchor = this.range.from + share * (this.range.to - this.range.from);
    // Near the right edge of a live window the stream is meant, not the moment.
    const isStream = this.isLive && share > 0.9;
    this.#move(zoom(this.range, factor, isStream ? this.edge : anchor, this.bounds));
  }

  pan(share) {
    this.#move(pan(this.range, share * (this.range.to - this.range.from), this.bounds));
  }

  pinch(range, before, after) {
    this.#move(pinch(range, before, after, this.bounds));
  }

  /** Shows the stretch between two shares of the width. */
  select(from, to) {
    const span = this.range.to - this.range.from;
    const [low, high] = from < to ? [from, to] : [to, from];
    const range = { from: this.range.from + low * span, to: this.range.from + high * span };
    // Chosen on purpose: it stays even if it ends at the newest reading.
    this.range = clamp(range, this.bounds);
    this.set({ ...this.span, held: this.range });
  }

  togglePause() {
    this.set(togglePause(this.span, this.range));
  }

  goLive(span = this.span.span) {
    this.set(liveSpan(span));
  }

  /**
   * Computes range and pieces for a picture.
   * @param {number} now ms since 1970 by the page's clock @param {number} columns device pixels of the plot
   */
  update(now, columns) {
    this.edge = this.#feed?.edgeAt(now) ?? now;
    this.range = this.#rangeFor(columns);
    // `?pause` alone: the first picture is the one that stays.
    if (this.span.isPaused && this.isLive && this.#feed?.edge != null) this.set({ ...this.span, held: this.range });
    const stretches = this.#past.best(this.range);
    this.pieces = join([...this.#own(), ...stretches.map((one) => one.columns)]);
    this.bucket = stretches.reduce((most, one) => Math.max(most, one.bucket), 0);
    this.breaks = stretches.flatMap((one) => one.breaks);
  }

  /** ms that are one point of the coarsest readings shown, 0: nothing is thinned. */
  bucket = 0;
  /** Gaps in thinned readings. @type {import("./past.js").Break[]} */
  breaks = [];

  get machine() {
    return this.#feed?.machine ?? null;
  }

  /** Whatever the page holds itself, thinned or not: best first. @returns {import("./timeline.js").Source[]} */
  sources() {
    const whole = this.#past.best(this.range).filter(({ bucket }) => bucket === 0);
    return [...this.#own(), ...whole.map((one) => one.columns)];
  }

  /** Longest pause that is one line, ms. @param {number} staleAfter */
  gap(staleAfter) {
    return Math.max(staleAfter, this.bucket * GAP_BUCKETS);
  }

  /** Asks for what is missing. @param {number} now @param {number} width CSS pixels @param {() => void} onChange */
  fetch(now, width, onChange) {
    if (this.#feed === null || this.#feed.epoch === null) return;
    const sources = this.#own();
    const [first, last] = ends(sources);
    this.#past.update({ range: this.range, isLive: this.isLive, width, first, last, now }, onChange);
  }

  /** How many readings are seen and how many there are between the first and the last of them. */
  counts() {
    const { from: start, to: end } = this.range;
    let [seen, low, high] = [0, Infinity, -Infinity];
    for (const { source, from, to } of this.pieces) {
      for (let index = from; index < to; index += 1) {
        if (source.times[index] < start || source.times[index] > end) continue;
        seen += 1;
        if (source.seqs[index] < low) low = source.seqs[index];
        if (source.seqs[index] > high) high = source.seqs[index];
      }
    }
    return { seen, total: this.bucket > 0 && seen > 0 ? Math.max(seen, high - low + 1) : seen };
  }

  #own() {
    if (this.#feed === null) return [];
    return this.#held === null ? [this.#feed.series.source()] : [this.#feed.series.source(), this.#held];
  }

  #move(range) {
    this.set(moved(this.span, range, this.bounds));
    // The next step may come before the next frame.
    this.range = this.span.held ?? range;
  }

  #hold() {
    this.#held = this.isLive || this.#feed === null ? null : this.#feed.series.copy();
    this.#liveCountWhenHeld = this.#feed?.liveCount ?? 0;
  }

  #rangeFor(columns) {
    if (this.span.held !== null) return this.span.held;
    const span = this.#liveSpan();
    // The edge is snapped to whole columns, or the same reading moves between two columns and old peaks shimmer.
    const step = span / Math.max(1, columns);
    const to = Math.ceil(this.edge / step) * step;
    return { from: to - span, to };
  }

  #liveSpan() {
    const { span } = this.span;
    if (span === Infinity) return wholeSpan(this.bounds);
    if (span !== null) return span;
    const feed = this.#feed;
    if (feed === null) return EMPTY_SPAN;
    if (this.#fitted.version !== feed.version) {
      this.#fitted = { version: feed.version, span: windowFor(feed.series.span(feed.edge ?? Infinity)) };
    }
    return this.#fitted.span;
  }

  /** The window that fits what there is, for a version of the feed. */
  #fitted = { version: -1, span: EMPTY_SPAN };
}

/** Oldest and newest reading of sources that follow each other without a hole; live first. */
function ends([live, held]) {
  const end = (source, index) => ({ seq: source.seqs[index], time: source.times[index] });
  const both = (source) => [end(source, 0), end(source, source.seqs.length - 1)];
  const liveEnds = live === undefined || live.seqs.length === 0 ? null : both(live);
  if (held === undefined || held.seqs.length === 0) return liveEnds ?? [null, null];
  const heldEnds = both(held);
  if (liveEnds === null || liveEnds[0].seq > heldEnds[1].seq + 1) return heldEnds;
  return [heldEnds[0].seq < liveEnds[0].seq ? heldEnds[0] : liveEnds[0], liveEnds[1]];
}
