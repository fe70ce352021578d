import { compareNames } from "../machines.js";
import { countsText, refusedTotal } from "./words.js";

/** What arrives: a row for each machine, made of the gateway's ledgers and its list of machines. Pure. */

/** A rate over less than this (ms) says nothing. */
const SHORTEST_SPAN = 500;

/**
 * @typedef {{machine: string, state: string, reason: string, received: number, stored: number, duplicates: number,
 *   skipped: number, rejected: number, late: number, overwritten: number, gaps: number, reasons: string,
 *   rate: number | null}} Arrival
 * rate: messages received per second since the last look, null when it is not known yet
 */

const COUNTS = ["received", "stored", "duplicates", "skipped", "late", "overwritten", "gaps"];

export class Arrivals {
  /** Those with refusals first, then by name. @type {Arrival[]} */
  rows = [];
  #previous = new Map();
  #previousAt = null;

  /**
   * @param {unknown} ledgers as `GET /api/ledger` gives them
   * @param {import("../machines.js").MachineEntry[] | null} machines for the state of each
   * @param {number} now ms, by any clock that only grows
   */
  load(ledgers, machines, now) {
    const list = Array.isArray(ledgers) ? ledgers.filter((entry) => typeof entry?.machine === "string") : [];
    const known = new Map((machines ?? []).map((entry) => [entry.machine, entry]));
    const span = this.#previousAt === null ? 0 : now - this.#previousAt;
    const rows = list.map((entry) => {
      const row = readRow(entry, known.get(entry.machine));
      const before = this.#previous.get(row.machine);
      const isKnown = span >= SHORTEST_SPAN && before !== undefined && row.received >= before;
      if (isKnown) row.rate = ((row.received - before) * 1000) / span;
      return row;
    });
    const isRefused = (row) => Number(row.rejected > 0);
    this.rows = rows.sort((a, b) => isRefused(b) - isRefused(a) || compareNames(a.machine, b.machine));
    this.#previous = new Map(rows.map((row) => [row.machine, row.received]));
    this.#previousAt = now;
  }
}

/** @returns {Arrival} */
function readRow({ machine, ledger }, entry) {
  const counts = Object.fromEntries(COUNTS.map((name) => [name, Number.isFinite(ledger?.[name]) ? ledger[name] : 0]));
  return /** @type {Arrival} */ ({
    ...counts,
    machine,
    state: typeof entry?.state === "string" ? entry.state : "",
    reason: typeof (/** @type {any} */ (entry)?.reason) === "string" ? /** @type {any} */ (entry).reason : "",
    rejected: refusedTotal(ledger?.rejected),
    reasons: countsText(ledger?.rejected),
    rate: null,
  });
}

/** All rows in one. @param {Arrival[]} rows @returns {{received: number, stored: number, rejected: number}} */
export function totals(rows) {
  const sum = (name) => rows.reduce((total, row) => total + row[name], 0);
  return { received: sum("received"), stored: sum("stored"), rejected: sum("rejected") };
}

/** @typedef {{name: string, isWorking: boolean, detail: string, since: number | null}} SourceState */

/**
 * Where readings come from, store first when it is broken.
 * @param {any} readiness the body of `GET /api/gateway` or of `GET /readyz`
 * @returns {SourceState[]}
 */
export function sourceStates(readiness) {
  const sources = Array.isArray(readiness?.sources) ? readiness.sources : [];
  const states = sources.map((source) => {
    const time = Date.parse(source?.since ?? "");
    return {
      name: String(source?.name ?? ""),
      isWorking: source?.ok === true,
      detail: String(source?.detail ?? ""),
      since: Number.isFinite(time) ? time : null,
    };
  });
  const store = readiness?.store;
  if (store === undefined || store === null) return states;
  const detail = String(store.detail ?? (store.ok === true ? "readings are being stored" : "nothing is stored"));
  const storeState = { name: "store", isWorking: store.ok === true, detail, since: null };
  return store.ok === true ? [...states, storeState] : [storeState, ...states];
}
