import { formatAge } from "./format.js";

/** What the page says about the truth of what it shows. Pure. */

/**
 * @typedef {{state: "connecting" | "live" | "nodata" | "disconnected", title: string, detail: string}} LinkJudgement
 */

/**
 * @param {import("./link.js").LinkStatus} link
 * @param {import("./feed.js").Feed | null} feed
 * @param {{state: string, reason?: string} | null} trouble
 * @param {number} now ms since 1970 by the page's clock
 * @returns {LinkJudgement}
 */
export function judgeLink(link, feed, trouble, now) {
  if (link.phase !== "connected") return judgeBroken(link, now);
  if (feed === null) {
    return { state: "nodata", title: "Connected, no data", detail: "no machine has sent anything yet" };
  }
  const age = feed.freshness.age(now);
  if (trouble !== null) {
    const reason = trouble.reason || (age === Infinity ? "" : `last reading ${formatAge(age)} ago`);
    const detail = `${feed.machine} is ${trouble.state}${reason === "" ? "" : `: ${reason}`}`;
    return { state: "nodata", title: "Connected, no data", detail };
  }
  if (!feed.freshness.isStale(now)) return { state: "live", title: "Live", detail: "" };
  const detail = age === Infinity ? `nothing from ${feed.machine} yet` : `last reading ${formatAge(age)} ago`;
  return { state: "nodata", title: "Connected, no data", detail };
}

/**
 * The same for the whole fleet, by the gateway's list.
 * @param {import("./link.js").LinkStatus} link
 * @param {import("./machines.js").MachineEntry[]} machines @param {number} now
 * @returns {LinkJudgement}
 */
export function judgeFleet(link, machines, now) {
  if (link.phase !== "connected") return judgeBroken(link, now);
  const live = machines.filter(({ state }) => state === "live").length;
  const detail = live === machines.length ? "" : `${live} of ${machines.length} machines send`;
  return live === 0 && machines.length > 0
    ? { state: "nodata", title: "Connected, no data", detail: `none of ${machines.length} machines sends` }
    : { state: "live", title: "Live", detail };
}

function judgeBroken(link, now) {
  if (link.reason === "") return { state: "connecting", title: "Connecting", detail: "" };
  const wait = link.retryAt === null ? 0 : Math.max(0, link.retryAt - now);
  const next = link.retryAt === null ? "trying now" : `next try in ${Math.ceil(wait / 1000)} s`;
  return { state: "disconnected", title: "Disconnected", detail: `${link.reason}; ${next}` };
}

/**
 * @typedef {{state: "none" | "live" | "late" | "stale" | "offline", badge: string, why: string}} ValueJudgement
 * badge: "STALE 7 s", "" when it is live; why: one short sentence for people, "" when it is live
 */

/** @type {ValueJudgement} */
const NOTHING_YET = Object.freeze({ state: "none", badge: "", why: "" });

/** @type {ValueJudgement} */
const LIVE = Object.freeze({ state: "live", badge: "", why: "" });

/**
 * What one value is worth, by the page's own watch and by what the gateway says.
 * @param {import("./freshness.js").Freshness} freshness of this value
 * @param {import("./word.js").MachineWord} word of the gateway
 * @param {string | null} metric null: the reading as a whole
 * @param {{isUp: boolean, now: number}} how
 * @returns {ValueJudgement}
 */
export function judgeValue(freshness, word, metric, { isUp, now }) {
  if (freshness.arrivedAt === null) return NOTHING_YET;
  const age = formatAge(freshness.age(now));
  const said = metric === null ? null : word.metric(metric);
  if (isUp && (word.state === "offline" || said?.state === "offline")) {
    const reason = (word.state === "offline" ? word.reason : said?.reason) ?? "";
    return { state: "offline", badge: `OFFLINE ${age}`, why: reason === "" ? "" : `offline: ${reason}` };
  }
  const pace = freshness.interval === 0 ? "" : `, expected every ${formatInterval(freshness.interval)}`;
  const why = isUp ? `none for ${age}${pace}` : "no connection to the gateway";
  if (freshness.isStale(now) || (isUp && (word.state === "stale" || said?.state === "stale"))) {
    return { state: "stale", badge: `STALE ${age}`, why };
  }
  if (!isUp || freshness.isLate(now)) {
    return { state: "late", badge: `LATE ${age}`, why };
  }
  return LIVE;
}

/** "100 ms", "1 s", "2.5 s", "1 min 30 s": near enough for people. @param {number} milliseconds */
export function formatInterval(milliseconds) {
  if (milliseconds < 95) return `${Math.max(10, Math.round(milliseconds / 10) * 10)} ms`;
  if (milliseconds < 950) return `${Math.round(milliseconds / 50) * 50} ms`;
  if (milliseconds >= 60_000) return formatAge(milliseconds);
  const tenths = Math.round(milliseconds / 100) / 10;
  return `${tenths >= 10 ? Math.round(tenths) : tenths} s`;
}
