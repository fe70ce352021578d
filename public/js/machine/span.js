/** Which stretch of time the trends show, and what zooming and panning make of it. Pure: times in ms since 1970. */

/** Shortest and longest window, ms. Below a second there is nothing to see at 10 Hz. */
export const SPAN_MIN = 1000;
export const SPAN_MAX = 400 * 86_400_000;

/** A window that ends this close to the newest reading (share of its span) follows it again. */
const SNAP_TO_LIVE = 0.005;

/** A ring with less than this in it (ms) still gets a window to be seen in. */
const HORIZON_MIN = 60_000;

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The windows that have a button. */
export const SPANS = Object.freeze(["1m", "5m", "15m", "1h", "6h", "all"]);

/**
 * @typedef {{from: number, to: number}} Range
 * @typedef {{oldest: number | null, edge: number}} Bounds
 * oldest: first reading kept, null when not known; edge: right end of what there is
 * @typedef {{span: number | null, held: Range | null, isPaused: boolean}} Span
 * span: of the live window; null: fits itself to what there is, Infinity: everything kept. held: null while live
 */

/** @returns {Span} */
export function liveSpan(span = null) {
  return { span, held: null, isPaused: false };
}

/** "10m", "90s", "6h", "2d", "all". @param {string | null | undefined} text @returns {number | null} ms; null: none */
export function parseSpan(text) {
  if (text === "all") return Infinity;
  const parts = /^(\d{1,6}(?:\.\d{1,3})?)([smhd])$/.exec(text ?? "");
  if (parts === null) return null;
  return Math.min(SPAN_MAX, Math.max(SPAN_MIN, Number(parts[1]) * UNITS[parts[2]]));
}

/** @param {number | null} span @returns {string | null} what `parseSpan` reads back */
export function writeSpan(span) {
  if (span === null) return null;
  if (span === Infinity) return "all";
  const unit = ["d", "h", "m"].find((name) => span % UNITS[name] === 0) ?? "s";
  return `${Number((span / UNITS[unit]).toFixed(3))}${unit}`;
}

/** A time from the URL: ISO 8601, or ms since 1970. @param {string | null | undefined} text @returns {number | null} */
export function parseTime(text) {
  if (!text) return null;
  const time = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isFinite(time) && Math.abs(time) < 8.64e15 ? time : null;
}

/** @param {(name: string) => string | null | undefined} get names of the URL @returns {Span} */
export function readSpan(get) {
  const span = parseSpan(get("window"));
  const from = parseTime(get("from"));
  const to = parseTime(get("to"));
  const isPaused = (get("pause") ?? null) !== null && get("pause") !== "0";
  const held = from !== null && to !== null && to - from >= SPAN_MIN && to - from <= SPAN_MAX ? { from, to } : null;
  return { span, held, isPaused };
}

/** What `readSpan` reads back; null: not in the URL. @param {Span} state @returns {Record<string, string | null>} */
export function writeState({ span, held, isPaused }) {
  return {
    window: writeSpan(span),
    from: held === null ? null : new Date(Math.round(held.from)).toISOString(),
    to: held === null ? null : new Date(Math.round(held.to)).toISOString(),
    pause: isPaused ? "1" : null,
  };
}

/** Longest window that makes sense: all that is kept. @param {Bounds} bounds */
export function horizon({ oldest, edge }) {
  return oldest === null ? SPAN_MAX : Math.min(SPAN_MAX, Math.max(HORIZON_MIN, edge - oldest));
}

/**
 * Span of a live window over everything, in steps of about two per cent: a scale that changes with every reading
 * shimmers. @param {Bounds} bounds @returns {number} ms
 */
export function wholeSpan(bounds) {
  const whole = Math.max(HORIZON_MIN, bounds.oldest === null ? HORIZON_MIN : bounds.edge - bounds.oldest);
  const step = 10 ** Math.floor(Math.log10(whole)) / 50;
  return Math.min(SPAN_MAX, Math.ceil(whole / step) * step);
}

/** The range moved and cut so that it lies where there is something. @param {Range} range @param {Bounds} bounds */
export function clamp({ from, to }, bounds) {
  const span = Math.min(Math.max(to - from, SPAN_MIN), Math.max(SPAN_MIN, horizon(bounds)));
  const middle = (from + to) / 2;
  const start = to - from === span ? from : middle - span / 2;
  const least = bounds.oldest === null ? -Infinity : Math.min(bounds.oldest, bounds.edge - span);
  const placed = Math.max(least, Math.min(start, bounds.edge - span));
  return { from: placed, to: placed + span };
}

/**
 * @param {Range} range @param {number} factor below 1: in, above 1: out
 * @param {number} anchor time that stays where it is @param {Bounds} bounds
 */
export function zoom({ from, to }, factor, anchor, bounds) {
  const span = Math.min(Math.max((to - from) * factor, SPAN_MIN), Math.max(SPAN_MIN, horizon(bounds)));
  const share = (anchor - from) / (to - from);
  return clamp({ from: anchor - share * span, to: anchor + (1 - share) * span }, bounds);
}

/** @param {Range} range @param {number} by ms, positive: later @param {Bounds} bounds */
export function pan({ from, to }, by, bounds) {
  return clamp({ from: from + by, to: to + by }, bounds);
}

/**
 * Two fingers: the times that were under them stay under them.
 * @param {Range} range when they came down
 * @param {[number, number]} before where they came down, as shares of the width
 * @param {[number, number]} after where they are @param {Bounds} bounds
 */
export function pinch({ from, to }, before, after, bounds) {
  const span = to - from;
  const times = before.map((share) => from + share * span);
  const apart = after[1] - after[0];
  const middle = (times[0] + times[1]) / 2;
  // Fingers on one spot, or crossed: only their middle says something.
  const wasApart = before[1] - before[0];
  const isUseful = Math.abs(wasApart) > 0.01 && Math.abs(apart) > 0.01 && apart > 0 === wasApart > 0;
  const wanted = isUseful ? (times[1] - times[0]) / apart : span;
  const limited = Math.min(Math.max(wanted, SPAN_MIN), Math.max(SPAN_MIN, horizon(bounds)));
  const start = middle - ((after[0] + after[1]) / 2) * limited;
  return clamp({ from: start, to: start + limited }, bounds);
}

/**
 * The state after a zoom or a pan: it follows the stream again when its end has come to the newest reading.
 * @param {Span} state @param {Range} range @param {Bounds} bounds @returns {Span}
 */
export function moved(state, range, bounds) {
  const span = range.to - range.from;
  const isAtEdge = bounds.edge - range.to <= span * SNAP_TO_LIVE;
  if (isAtEdge && !state.isPaused) {
    const isWhole = bounds.oldest !== null && range.from <= bounds.oldest && state.span === Infinity;
    return { span: isWhole ? Infinity : Math.round(span), held: null, isPaused: false };
  }
  return { ...state, held: range };
}

/** Pause holds what is seen; going on from a pause is live again. @param {Span} state @param {Range} shown */
export function togglePause(state, shown) {
  if (state.isPaused) return liveSpan(state.span);
  return { span: state.span, held: state.held ?? { ...shown }, isPaused: true };
}
