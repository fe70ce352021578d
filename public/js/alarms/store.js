import { cleanAlarms, countAlarms, standing, withAlarm } from "./order.js";
import { cleanRules } from "./rules.js";

/**
 * What this page knows of the gateway's alarms: one for all views. Knows nothing of the document.
 * Without alarms in the gateway, or without a connection, it is empty or keeps what it last heard.
 */

/** Alarms the gateway tells of at most, the most important ones of all machines. */
export const TOLD_MAX = 200;

/** Rules of another page's making are noticed within this time, ms; there is no event for them. */
const RULES_EVERY = 30_000;

/** Alarms of a rule that is not known yet ask for the rules, but not more often than this, ms. */
const RULES_AGAIN = 2000;

/** Events of one machine that are asked for, to mark them in its charts. */
const MARKED = 200;

export class AlarmStore {
  #link;
  #session;
  #api;
  #alarms = [];
  #rules = [];
  #handlers = [];
  #rulesAt = -Infinity;
  /** The machine whose alarms are wanted whole, and them, when the list of all machines is cut. */
  #shown = { machine: null, alarms: null };
  /** Whether the gateway answered; false: it has no alarms, or the answer is still to come. */
  isKnown = false;
  /** What is wrong with the rules, "" when nothing is. */
  trouble = "";

  /**
   * @param {{link: any, api: (path: string, options?: any) => Promise<any>, session?: any}} page or what a test has
   */
  constructor({ link, api, session }) {
    this.#session = session;
    this.#link = link;
    this.#api = api;
    link.on("alarms", (list) => this.#replace(list));
    link.on("alarm", (alarm) => this.#take(alarm));
    link.onUp(() => this.#join());
  }

  /** In order: unacknowledged first. */
  all() {
    return this.#alarms;
  }

  /** @param {string | null} machine */
  of(machine) {
    if (this.isCut && machine === this.#shown.machine && this.#shown.alarms !== null) return this.#shown.alarms;
    return this.#alarms.filter((alarm) => alarm.machine === machine);
  }

  /** Whether there may be more alarms than the gateway tells of. */
  get isCut() {
    return this.#alarms.length >= TOLD_MAX;
  }

  /** The machine that is looked at: in a flood its own alarms are asked for. @param {string | null} machine */
  follow(machine) {
    if (machine !== this.#shown.machine) this.#shown = { machine, alarms: null };
    if (this.isCut) this.#loadShown();
  }

  get counts() {
    return countAlarms(this.#alarms);
  }

  /** Of all machines, in order. */
  get rules() {
    return this.#rules;
  }

  /** After every change; `alarm` is the one an event told of, null for anything else. */
  onChange(handler) {
    this.#handlers.push(handler);
  }

  /** Asks for the rules again, when that was long ago. @param {number} now ms by the page's clock */
  beat(now) {
    if (!this.isKnown || !this.#link.isUp) return;
    const known = new Set(this.#rules.map((rule) => rule.rule));
    const isNews = this.#alarms.some((alarm) => alarm.rule !== undefined && !known.has(alarm.rule));
    if (now - this.#rulesAt >= (isNews ? RULES_AGAIN : RULES_EVERY)) this.loadRules(now);
  }

  /** @param {number} [now] */
  async loadRules(now = Date.now()) {
    this.#rulesAt = now;
    const answer = await this.#api("/api/alarms/rules");
    if (!answer.ok) return;
    const before = JSON.stringify(this.#rules);
    this.#rules = cleanRules(answer.body?.rules);
    if (JSON.stringify(this.#rules) !== before) this.#tell(null);
  }

  /** @returns {Promise<string>} what is wrong, "" when it was done */
  async acknowledge(alarm, by, comment) {
    return this.#change("acknowledgeAlarm", { id: alarm.id, by, comment });
  }

  /** @returns {Promise<string>} */
  async shelve(alarm, minutes, by, comment) {
    return this.#change("shelveAlarm", { id: alarm.id, minutes, by, comment });
  }

  /** @returns {Promise<string>} */
  async unshelve(alarm) {
    return this.#change("unshelveAlarm", { id: alarm.id });
  }

  /** @param {import("./rules.js").Rule} rule @returns {Promise<string>} */
  async putRule(rule) {
    return this.#changeRule("PUT", rule.rule, rule);
  }

  /** @param {string} name @returns {Promise<string>} */
  async removeRule(name) {
    return this.#changeRule("DELETE", name, undefined);
  }

  /**
   * What happened, newest first. @param {{machine?: string | null, before?: string | null, limit?: number}} [query]
   * @returns {Promise<any[] | null>} null when there is no answer
   */
  async history({ machine = null, before = null, limit = 50 } = {}) {
    const query = new URLSearchParams({ limit: String(limit) });
    if (machine !== null) query.set("machine", machine);
    if (before !== null) query.set("before", before);
    const answer = await this.#api(`/api/alarms/history?${query}`);
    return answer.ok && Array.isArray(answer.body?.events) ? answer.body.events : null;
  }

  /** @param {string} machine */
  async markersOf(machine) {
    const events = this.isKnown ? await this.history({ machine, limit: MARKED }) : null;
    return events === null ? null : markers(events, machine);
  }

  async #loadShown() {
    const { machine } = this.#shown;
    if (machine === null) return;
    const answer = await this.#api(`/api/alarms?machine=${encodeURIComponent(machine)}`);
    if (!answer.ok || machine !== this.#shown.machine) return;
    const alarms = cleanAlarms(answer.body?.alarms);
    if (JSON.stringify(alarms) === JSON.stringify(this.#shown.alarms)) return;
    this.#shown = { machine, alarms };
    this.#tell(null);
  }

  async #join() {
    const askedAt = Date.now();
    const answer = await this.#link.ask("joinRoom", "$alarms").catch(() => null);
    if (answer?.ok !== true || !Array.isArray(answer.alarms)) return;
    this.isKnown = true;
    this.#session?.clock.note(answer.serverTime, askedAt, Date.now());
    this.#replace(answer.alarms);
    this.loadRules();
  }

  #replace(list) {
    this.isKnown = true;
    this.#alarms = cleanAlarms(list);
    // At most once a second, like the event that brings the list.
    if (this.isCut) this.#loadShown();
    this.#tell(null);
  }

  #take(alarm) {
    if (typeof alarm?.id !== "string") return;
    this.#alarms = withAlarm(this.#alarms, alarm);
    const { machine, alarms } = this.#shown;
    if (alarms !== null && alarm.machine === machine) this.#shown = { machine, alarms: withAlarm(alarms, alarm) };
    this.#tell(alarm);
  }

  async #change(event, data) {
    const answer = await this.#link.ask(event, data).catch(() => null);
    if (answer === null) return "the gateway does not answer; try again when it is connected";
    if (answer?.ok !== true) return answer?.error?.message ?? "the gateway refused it";
    if (answer.alarm !== undefined) this.#take(answer.alarm);
    return "";
  }

  async #changeRule(method, name, body) {
    const answer = await this.#api(`/api/alarms/rules/${encodeURIComponent(name)}`, { method, body });
    if (answer.ok) await this.loadRules();
    return answer.ok ? "" : answer.body?.detail ?? answer.body?.title ?? "the gateway does not answer";
  }

  #tell(alarm) {
    for (const handler of this.#handlers) handler(alarm);
  }
}

/**
 * The spans in which this machine's alarms were active, for its charts.
 * @param {any[]} events of the history, any order @param {string} machine
 * @returns {{time: number, until?: number, kind: "alarm", text: string, machine: string, episode: number}[]}
 */
export function markers(events, machine) {
  const ends = new Map();
  for (const event of events) {
    if (event?.event === "cleared") ends.set(`${event.alarm}#${event.episode}`, Date.parse(event.at));
  }
  const raised = events.filter((event) => event?.event === "raised" && event.machine === machine);
  return raised.map((event) => {
    const until = ends.get(`${event.alarm}#${event.episode}`);
    const kind = /** @type {const} */ ("alarm");
    const marker = { time: Date.parse(event.at), kind, machine, episode: event.episode };
    const text = `${event.priority ?? ""} alarm: ${event.text || event.alarm}`.trim();
    return Number.isFinite(until) ? { ...marker, text, until } : { ...marker, text };
  }).filter((marker) => Number.isFinite(marker.time));
}

/** Whether somebody may acknowledge it. @param {import("./order.js").Alarm} alarm */
export function canAcknowledge(alarm) {
  return alarm.state === "unacknowledged" || alarm.state === "returned";
}

/** @param {import("./order.js").Alarm} alarm */
export function isShelved(alarm) {
  return standing(alarm) === "shelved";
}
