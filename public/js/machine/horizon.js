import { formatAge, readings } from "../format.js";

/** How far back the gateway remembers one machine. Pure. */

/**
 * "keeps last 3 h 12 min" of a full ring; what it will come to while it fills up.
 * @param {{capacity: number, count: number, oldest?: string | null} | null | undefined} ring as the gateway tells it
 * @param {number} now the gateway's time, ms since 1970 @param {number} interval ms between two readings, 0: not known
 */
export function describeRing(ring, now, interval) {
  if (!(ring?.capacity > 0)) return "";
  const oldest = Date.parse(ring.oldest ?? "");
  if (ring.count >= ring.capacity && oldest <= now) return `keeps last ${formatAge(now - oldest)}`;
  if (interval > 0) return `keeps last ${formatAge(ring.capacity * interval)} (${readings(ring.capacity)})`;
  return `keeps last ${readings(ring.capacity)}`;
}
