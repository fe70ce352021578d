import { compareNames } from "../machines.js";
import { PRIORITIES, rank } from "./order.js";

/** Rules as forms and limit lines. Pure; the gateway checks again. */

/**
 * @typedef {{rule: string, machine: string, metric?: string, kind: string, limit?: number, deadband?: number,
 *   onDelay?: number, offDelay?: number, latch?: boolean, priority: string, text?: string, action?: string,
 *   enabled?: boolean, source?: string}} Rule
 */

export const KINDS = Object.freeze(["high", "highHigh", "low", "lowLow", "rate", "stale"]);

/** Longest delay, s, and longest text, bytes: the gateway's own limits. */
const DELAY_MAX = 86_400;
const TEXT_MAX = 500;

/** What a new form holds. */
export const BLANK = Object.freeze({
  rule: "", machine: "*", metric: "rpm", kind: "high", limit: "", deadband: "0", onDelay: "0", offDelay: "0",
  latch: true, priority: "high", text: "", action: "", enabled: true,
});

/** A rule as the fields of the form. @param {Rule} rule @param {import("./words.js").Convert} units */
export function formOf(rule, units) {
  const text = (value) => (value === undefined || value === null ? "" : String(value));
  const shown = (value, isDifference) => {
    if (typeof value !== "number" || rule.kind === "stale") return text(value);
    const unit = units(rule.metric ?? "");
    const converted = unit.convert(value) - (isDifference ? unit.convert(0) : 0);
    return String(Number(converted.toPrecision(9)));
  };
  return {
    ...BLANK,
    rule: text(rule.rule), machine: text(rule.machine) || "*", metric: text(rule.metric), kind: text(rule.kind),
    limit: shown(rule.limit, rule.kind === "rate"), deadband: shown(rule.deadband ?? 0, true),
    onDelay: text(rule.onDelay ?? 0), offDelay: text(rule.offDelay ?? 0), latch: rule.latch === true,
    priority: text(rule.priority) || "high", text: text(rule.text), action: text(rule.action),
    enabled: rule.enabled !== false,
  };
}

/**
 * The fields of the form as a rule, or what is wrong with each.
 * @param {Record<string, any>} form texts and booleans
 * @param {import("./words.js").Convert} units the viewer's units, in which the numbers are written
 * @param {Rule[]} others rules that exist already, to notice a name in use @param {string | null} editing its own name
 * @returns {{rule: Rule | null, errors: Record<string, string>}}
 */
export function readForm(form, units, others = [], editing = null) {
  const errors = {};
  const kind = String(form.kind ?? "");
  const isStale = kind === "stale";
  const rule = /** @type {any} */ ({
    rule: String(form.rule ?? "").trim(), machine: String(form.machine ?? "").trim(), kind, priority: form.priority,
    onDelay: readNumber(form.onDelay, 0), offDelay: readNumber(form.offDelay, 0), latch: form.latch === true,
    text: String(form.text ?? "").trim(), action: String(form.action ?? "").trim(), enabled: form.enabled !== false,
    source: "page",
  });
  if (!isStale) readLimit(form, kind, units, rule, errors);
  if (rule.rule === "") rule.rule = nameFor(rule, others);
  checkNames(rule, errors);
  checkChoices(rule, errors);
  const taken = others.find((one) => one.rule === rule.rule && one.rule !== editing);
  if (taken !== undefined) errors.rule = "another rule has this name already";
  return { rule: Object.keys(errors).length === 0 ? rule : null, errors };
}

function readLimit(form, kind, units, rule, errors) {
  rule.metric = String(form.metric ?? "").trim();
  if (!/^[A-Za-z][A-Za-z0-9_]{0,31}$/.test(rule.metric)) {
    errors.metric = "a metric is a letter followed by up to 31 letters, digits or _";
    return;
  }
  const invert = inverse(units(rule.metric));
  const limit = readNumber(form.limit, NaN);
  const deadband = readNumber(form.deadband, 0);
  if (!Number.isFinite(limit)) errors.limit = "a number, for example 1800";
  else if (kind === "rate" && limit <= 0) errors.limit = "a rate is above 0";
  if (!Number.isFinite(deadband) || deadband < 0) errors.deadband = "0 or a number above it";
  rule.limit = kind === "rate" ? invert.difference(limit) : invert.value(limit);
  rule.deadband = invert.difference(deadband);
}

function checkNames(rule, errors) {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(rule.rule)) errors.rule = "1 to 64 of A-Z a-z 0-9 . _ -";
  if (rule.machine !== "*" && !/^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/.test(rule.machine)) {
    errors.machine = "the name of a machine, or * for all";
  }
  for (const name of ["text", "action"]) {
    const bytes = new TextEncoder().encode(rule[name]).length;
    if (bytes > TEXT_MAX) errors[name] = `at most ${TEXT_MAX} bytes; it has ${bytes}`;
  }
}

function checkChoices(rule, errors) {
  if (!KINDS.includes(rule.kind)) errors.kind = "one of the list";
  if (!PRIORITIES.includes(rule.priority)) errors.priority = "one of the list";
  for (const name of ["onDelay", "offDelay"]) {
    if (!(rule[name] >= 0 && rule[name] <= DELAY_MAX)) errors[name] = `0 to ${DELAY_MAX} seconds`;
  }
}

/** A comma is a decimal point to many. "" is `empty`. @param {unknown} text @param {number} empty */
export function readNumber(text, empty) {
  const trimmed = String(text ?? "").trim().replace(/^([-+]?\d*),(\d+)$/, "$1.$2").replace("\u2212", "-");
  if (trimmed === "") return empty;
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(trimmed) ? Number(trimmed) : NaN;
}

/** All conversions are straight lines, so two points of it give the way back. */
function inverse(unit) {
  const zero = unit.convert(0);
  const slope = unit.convert(1) - zero;
  // Eight digits: what was shown rounded and is read again becomes what it was.
  const short = (value) => Number(value.toPrecision(8));
  return { value: (shown) => short((shown - zero) / slope), difference: (shown) => short(shown / slope) };
}

/** A name nobody has to think of: `press1-rpm-high`, with a number where it is taken. */
export function nameFor(rule, others) {
  const machine = rule.machine === "*" ? "all" : rule.machine;
  const parts = [machine, rule.kind === "stale" ? null : rule.metric, rule.kind].filter((part) => part);
  const base = parts.join("-").replace(/[^A-Za-z0-9._-]/g, "_").slice(0, 60);
  const taken = new Set(others.map((one) => one.rule));
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${base}-${number}`;
  return name;
}

/** By machine, metric, then from the highest limit down; those for all machines last. @param {Rule[]} rules */
export function sortRules(rules) {
  const place = (rule) => (rule.machine === "*" ? 1 : 0);
  return [...rules].sort((a, b) =>
    place(a) - place(b) || compareNames(a.machine, b.machine) ||
    (a.metric ?? "").localeCompare(b.metric ?? "", "en") || (b.limit ?? 0) - (a.limit ?? 0) ||
    rank(a.priority) - rank(b.priority) || (a.rule < b.rule ? -1 : 1));
}

/** @param {unknown} list as from the wire @returns {Rule[]} */
export function cleanRules(list) {
  const usable = Array.isArray(list) ? list.filter((one) => typeof one?.rule === "string") : [];
  return sortRules(usable.map((one) => ({ ...one, machine: typeof one.machine === "string" ? one.machine : "*" })));
}

/** Rules that watch this machine. @param {Rule[]} rules @param {string} machine */
export function rulesOf(rules, machine) {
  return rules.filter((rule) => rule.machine === machine || rule.machine === "*");
}

/**
 * The lines to draw into this machine's charts. @param {Rule[]} rules @param {string} machine
 * @returns {Map<string, {value: number, kind: string, priority: string}[]>} by metric
 */
export function limitLines(rules, machine) {
  const lines = new Map();
  for (const rule of rulesOf(rules, machine)) {
    const isLine = ["high", "highHigh", "low", "lowLow"].includes(rule.kind) && typeof rule.limit === "number";
    if (!isLine || rule.enabled === false || rule.metric === undefined) continue;
    lines.set(rule.metric, [...(lines.get(rule.metric) ?? []), linesEntry(rule)]);
  }
  return lines;
}

function linesEntry({ limit, kind, priority }) {
  return { value: limit, kind, priority };
}

/**
 * The two limits that can be set with two clicks: this machine's own rules for high and low of a metric.
 * @param {Rule[]} rules @param {string} machine @param {string} metric
 */
export function ownLimits(rules, machine, metric) {
  const find = (kind) =>
    rules.find((rule) => rule.machine === machine && rule.metric === metric && rule.kind === kind) ?? null;
  return { high: find("high"), low: find("low") };
}
