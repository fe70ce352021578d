import { setAttribute, setText } from "../dom.js";
import { describeRing } from "./horizon.js";

/** One line of what else there is to know: where the machine is, how far back it is kept, whose clock is wrong. */

/**
 * @param {import("./details.js").Details} details
 * @param {{feed: any, clock: import("../clock.js").GatewayClock}} session
 * @param {number} now the gateway's time, ms since 1970
 * @returns {{name: string, text: string, isTrouble: boolean}[]} in a fixed order; text "" where there is nothing to say
 */
export function factsOf(details, { feed, clock }, now) {
  const fact = (name, text, isTrouble = false) => ({ name, text, isTrouble: isTrouble && text !== "" });
  const interval = feed?.freshness.interval ?? 0;
  const labels = Object.entries(details.labels).map(([name, value]) => `${name} ${value}`);
  return [
    fact("labels", labels.join(" · ")),
    fact("ring", describeRing(details.ring, details.ringAt, interval)),
    fact("thinned", details.thinning.describe(now), true),
    fact("machine-clock", details.clock.describe(), true),
    fact("device-clock", clock.describe(), true),
  ];
}

/** @param {Element} list with an item for each fact @param {ReturnType<typeof factsOf>} facts */
export function drawFacts(list, facts) {
  for (const { name, text, isTrouble } of facts) {
    const item = list.querySelector(`[data-fact="${name}"]`);
    setText(item, text);
    setAttribute(item, "data-trouble", isTrouble ? "" : null);
  }
}
