import { formatAge, formatNumber } from "../format.js";
import { raisedTime, standing } from "./order.js";

/** What the page says about alarms. Pure. */

const KINDS = Object.freeze({
  high: "above",
  highHigh: "far above",
  low: "below",
  lowLow: "far below",
  rate: "changes faster than",
  stale: "sends nothing",
});

/** @param {string} kind as a choice: "above a limit" */
export function conditionName(kind) {
  const verb = Object.hasOwn(KINDS, kind) ? KINDS[kind] : kind;
  if (kind === "stale") return "silent (stale or offline)";
  return kind === "rate" ? "changing faster than" : `${verb} the limit`;
}

/** A sign for each kind, so that nothing is told by colour alone. */
const SIGNS = Object.freeze({ high: "▲", highHigh: "▲▲", low: "▼", lowLow: "▼▼", rate: "↕", stale: "◌" });

/** @param {string} kind */
export function kindSign(kind) {
  return Object.hasOwn(SIGNS, kind) ? SIGNS[kind] : "!";
}

const STANDINGS = Object.freeze({
  unacknowledged: "NEW",
  returned: "OVER, NOT ACKNOWLEDGED",
  acknowledged: "ACKNOWLEDGED",
  shelved: "SHELVED",
  normal: "NORMAL",
});

/** @param {import("./order.js").Alarm} alarm */
export function standingText(alarm) {
  return STANDINGS[standing(alarm)];
}

const EVENTS = Object.freeze({
  raised: "raised",
  cleared: "cleared",
  acknowledged: "acknowledged",
  shelved: "shelved",
  unshelved: "shelving ended by hand",
  expired: "shelving expired",
  reset: "reset",
});

/** @param {string} event of the history */
export function eventText(event) {
  return Object.hasOwn(EVENTS, event) ? EVENTS[event] : String(event);
}

/**
 * How numbers of a metric are written: in the viewer's units. @callback Convert
 * @param {string} metric @returns {{symbol: string, convert: (value: number) => number, decimals?: number}}
 */

/** At most three decimals, none that say nothing. @param {number} value */
export function plainNumber(value) {
  if (!Number.isFinite(value)) return "–";
  const short = Number(value.toPrecision(6));
  for (let decimals = 0; decimals < 3; decimals += 1) {
    if (Math.abs(short - Number(short.toFixed(decimals))) < 1e-9) return formatNumber(short, decimals);
  }
  return formatNumber(short, 3);
}

/** "1812.4 rpm"; "" without a value. @param {unknown} value @param {string} metric @param {Convert} units */
export function valueText(value, metric, units) {
  if (typeof value !== "number" || !Number.isFinite(value)) return "";
  const unit = units(metric);
  return `${plainNumber(unit.convert(value))} ${unit.symbol ?? ""}`.trim();
}

/** The newest value of an alarm's metric. @param {any[] | null} machines as the gateway lists them */
export function currentValue(machines, { machine, metric, kind }) {
  // The value of a rate is a change per second, which no reading has.
  if (metric === undefined || kind === "rate") return null;
  const value = machines?.find((entry) => entry.machine === machine)?.latest?.[metric];
  return typeof value === "number" ? value : null;
}

/**
 * "now 1700 rpm, raised at 1600 rpm"; one of them where the other is not known or the same.
 * @param {import("./order.js").Alarm} alarm @param {number | null} current @param {Convert} units
 */
export function valuesText(alarm, current, units) {
  const metric = alarm.metric ?? "";
  const raised = valueText(alarm.value, metric, units);
  const now = valueText(current, metric, units);
  if (now === "" || now === raised) return raised;
  return raised === "" ? `now ${now}` : `now ${now}, raised at ${raised}`;
}

/** What the rule watches for: "rpm above 1800 rpm". @param {any} rule a rule or an alarm @param {Convert} units */
export function conditionText(rule, units) {
  if (rule.kind === "stale") return KINDS.stale;
  const verb = Object.hasOwn(KINDS, rule.kind) ? KINDS[rule.kind] : String(rule.kind);
  const limit = rule.kind === "rate" ? rateText(rule, units) : valueText(rule.limit, rule.metric, units);
  return `${rule.metric ?? ""} ${verb} ${limit}`.trim();
}

function rateText(rule, units) {
  if (typeof rule.limit !== "number") return "";
  const unit = units(rule.metric);
  // A difference has no offset: only the factor of the conversion counts.
  const change = plainNumber(Math.abs(unit.convert(rule.limit) - unit.convert(0)));
  return unit.symbol ? `${change} ${unit.symbol} per s` : `${change} per s`;
}

/** The alarm's own words, or what the rule says where it has none. */
export function alarmText(alarm, units) {
  return typeof alarm.text === "string" && alarm.text !== "" ? alarm.text : conditionText(alarm, units);
}

/**
 * "for 3 min 20 s". @param {import("./order.js").Alarm} alarm @param {number} now ms since 1970 by the gateway's clock
 */
export function sinceText(alarm, now) {
  const time = raisedTime(alarm);
  return time === 0 ? "" : `for ${formatAge(now - time)}`;
}

/** "9 min 12 s left"; "" when it is not shelved. @param {import("./order.js").Alarm} alarm @param {number} now */
export function shelvedText(alarm, now) {
  const until = Date.parse(alarm.shelved?.until ?? "");
  if (!Number.isFinite(until)) return "";
  return until <= now ? "expiring" : `${formatAge(until - now + 999)} left`;
}

/** "5 times in 10 min"; "" when it is no chatter. @param {import("./order.js").Alarm} alarm */
export function chatterText(alarm) {
  return typeof alarm.chatter === "number" && alarm.chatter > 1 ? `raised ${alarm.chatter} times in 10 min` : "";
}

/** For the voice of a screen reader and the banner. */
export function announcement(alarm, units) {
  const value = valueText(alarm.value, alarm.metric ?? "", units);
  return `${alarm.priority} alarm: ${alarm.machine}, ${alarmText(alarm, units)}${value === "" ? "" : `, now ${value}`}`;
}
