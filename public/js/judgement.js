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
 * The badge of one value, "" when it is fresh.
 * @param {import("./freshness.js").Freshness} freshness
 * @param {{state: string} | null} trouble @param {number} now
 */
export function badgeFor(freshness, trouble, now) {
  if (freshness.arrivedAt === null) return "";
  const isOffline = trouble?.state === "offline";
  if (!isOffline && trouble === null && !freshness.isStale(now)) return "";
  return `${isOffline ? "OFFLINE" : "STALE"} ${formatAge(freshness.age(now))}`;
}
