import { GatewayClock } from "./clock.js";
import { Feed } from "./feed.js";
import { NoAnswer } from "./link.js";
import { chooseMachine, cleanList, neighbour } from "./machines.js";

/** Readings asked for when a machine is opened. */
const HISTORY = 600;

/** Shortest and longest pause between two requests for missing readings, ms. */
const RECOVERY_PAUSE = 1000;
const LONGEST_RECOVERY_PAUSE = 30_000;

/** Readings the gateway may be ahead of a page that misses some: 2 s at 100 Hz. */
const RECOVERY_MARGIN = 200;

/** Which machine is shown, joining its room, and closing holes in its stream. Knows nothing of the document. */
export class Session {
  /** @type {import("./machines.js").MachineEntry[] | null} null: not told yet */
  machines = null;
  /** @type {Feed | null} */
  feed = null;
  /** The gateway's word on the shown machine, until a newer reading proves otherwise. @type {any} */
  machineStatus = null;
  /** The gateway's time; that of this device may be wrong. */
  clock = new GatewayClock();
  /** What the last outage cost. @type {{recovered: number, lost: number, at: number} | null} */
  recovery = null;
  /** From the URL; forgotten when somebody chooses, kept when the machine goes away for a while. */
  #wanted;
  #isAutomatic = true;
  #username;
  #joinedListeners = [];
  #machinesListeners = [];
  #onChange;
  #joining = 0;
  #isRefused = false;
  /** Age mark of the newest reading when the gateway was last asked for more. @type {number | null} */
  #askedAt = null;
  #recoveryTimer = null;
  #recoveryPause = RECOVERY_PAUSE;

  /**
   * @param {import("./link.js").Link} link that nobody else has a say over; opened here if it is not open yet
   * @param {{machine: string | null, username?: () => string | null}} options
   * @param {() => void} onChange something is to be drawn
   */
  constructor(link, { machine, username = () => null }, onChange) {
    this.#wanted = machine;
    this.#username = username;
    this.#onChange = onChange;
    this.link = link;
    link.take(onChange, () => this.now());
    this.link.onUp(() => this.#join());
    this.link.on("machines", (list) => this.#takeMachines(list));
    this.link.on("machineData", (reading) => this.#takeLive(reading));
    this.link.on("machineStatus", (status) => this.#takeStatus(status));
    this.link.open();
  }

  /** The gateway's time, as well as it is known; ms since 1970. Ages and countdowns go by it. */
  now() {
    return this.clock.now(Date.now());
  }

  get machine() {
    return this.feed?.machine ?? null;
  }

  /** True while the URL names a machine that has not appeared yet. */
  get isWaitingForWanted() {
    return this.#wanted !== null && this.#wanted !== this.machine;
  }

  /**
   * What the gateway says against the shown machine, null when there is nothing: its last status,
   * or the state in its list when no fresh reading contradicts it.
   * @returns {{state: string, reason?: string} | null}
   */
  get trouble() {
    if (this.feed === null || this.machineStatus !== null) return this.machineStatus;
    const entry = this.machines?.find((candidate) => candidate.machine === this.machine);
    const isTroubled = entry?.state === "offline" || entry?.state === "stale";
    return isTroubled && this.feed.freshness.isStale(this.now()) ? { state: entry.state } : null;
  }

  /** Somebody chose a machine. @param {string} machine */
  select(machine) {
    this.#wanted = null;
    this.#open(machine);
  }

  /**
   * The view asks for a machine, or for any.
   * @param {string | null} machine waited for while it is not there @param {boolean} isAutomatic null means the first
   */
  want(machine, isAutomatic) {
    this.#wanted = machine;
    this.#isAutomatic = isAutomatic;
    this.#choose();
  }

  /** No view needs a machine: the room is left, and nobody is said to watch. */
  release() {
    this.#wanted = null;
    this.#isAutomatic = false;
    if (this.feed === null) return;
    this.link.send("leaveRoom", this.feed.machine);
    this.#start(null);
  }

  /** @param {(answer: any) => void} handler given the answer to every join that succeeded */
  onJoined(handler) {
    this.#joinedListeners.push(handler);
  }

  /** @param {() => void} handler the list of machines is there or is a new one; called before a machine is chosen */
  onMachines(handler) {
    this.#machinesListeners.push(handler);
  }

  /** @param {number} step +1 next, -1 previous */
  selectNeighbour(step) {
    const machine = neighbour(this.machines ?? [], this.machine, step);
    if (machine !== null) this.select(machine);
  }

  /** The page is looked at again, or the network is back: do not wait for timers. */
  wake() {
    if (!this.link.isUp) this.link.open();
    else if (this.feed?.freshness.isStale(this.now())) this.#join();
  }

  /**
   * The watchdog's beat. A stream that falls silent is asked for once: a pulled cable is found by the missing answer
   * long before the heartbeat misses it, and what was lost on the way comes with the answer.
   * @param {number} now ms since 1970 by the gateway's clock
   */
  beat(now) {
    const freshness = this.feed?.freshness;
    if (freshness === undefined || freshness.arrivedAt === null || !this.link.isUp || !freshness.isStale(now)) return;
    if (freshness.arrivedAt === this.#askedAt) return;
    this.#askedAt = freshness.arrivedAt;
    this.#join();
  }

  #open(machine) {
    if (machine === this.machine) return;
    this.#start(machine);
    if (this.link.isUp) this.#join();
  }

  /** Begins with nothing: what was held belongs to another machine or another database. */
  #start(machine) {
    clearTimeout(this.#recoveryTimer);
    this.#recoveryTimer = null;
    this.#recoveryPause = RECOVERY_PAUSE;
    this.feed = machine === null ? null : new Feed(machine);
    this.machineStatus = null;
    this.recovery = null;
    this.#onChange();
  }

  async #join() {
    const ticket = (this.#joining += 1);
    const feed = this.feed;
    if (feed === null) return;
    this.#isRefused = false;
    const since = feed.ledger.last;
    const username = this.#username();
    const request = { machine: feed.machine, history: HISTORY, ring: true, ...(username === null ? {} : { username }) };
    if (since !== null) Object.assign(request, { since, epoch: feed.epoch });
    const askedAt = Date.now();
    try {
      const answer = await this.link.ask("joinRoom", request);
      this.clock.note(answer?.serverTime, askedAt, Date.now());
      if (ticket === this.#joining && feed === this.feed) this.#joined(feed, answer, since);
    } catch (error) {
      // An answer that is overtaken by another join or by the end of the link is nobody's concern.
      if (!(error instanceof NoAnswer)) throw error;
      if (ticket === this.#joining) this.link.restart("the gateway does not answer");
    }
  }

  #joined(feed, answer, since) {
    if (answer?.ok !== true) {
      this.#isRefused = true;
      const reason = answer?.error?.message ?? "the gateway refused this machine";
      this.machineStatus = { machine: feed.machine, state: "offline", reason, since: null };
      this.#onChange();
      return;
    }
    if (feed.epoch !== null && answer.epoch !== feed.epoch) {
      this.#start(feed.machine);
      this.#join();
      return;
    }
    feed.epoch = answer.epoch;
    this.#takePast(feed, answer, since);
    for (const handler of this.#joinedListeners) handler(answer);
  }

  /** Readings from an answer; `since` = what the page had, null when it had nothing. */
  #takePast(feed, answer, since) {
    const before = { recovered: feed.ledger.recovered, lost: feed.ledger.lost };
    const now = this.now();
    for (const reading of answer.readings ?? []) feed.take(reading, { now, isLive: false, isRecovery: since !== null });
    if (since !== null && answer.lost > 0) feed.ledger.giveUpBelow(answer.firstSeq);
    this.#askedAt = feed.freshness.arrivedAt;
    this.#noteRecovery(feed.ledger.recovered - before.recovered, feed.ledger.lost - before.lost, now);
    this.#planRecovery();
    this.#onChange();
  }

  #noteRecovery(recovered, lost, now) {
    if (recovered === 0 && lost === 0) return;
    const isSameOutage = this.recovery !== null && now - this.recovery.at < 5000;
    const earlier = isSameOutage ? this.recovery : { recovered: 0, lost: 0 };
    this.recovery = { recovered: earlier.recovered + recovered, lost: earlier.lost + lost, at: now };
  }

  #takeLive(reading) {
    const feed = this.feed;
    if (feed === null || !feed.take(reading, { now: this.now(), isLive: true })) return;
    this.machineStatus = null;
    this.#planRecovery();
    this.#onChange();
  }

  #takeStatus(status) {
    if (status?.machine !== this.machine) return;
    this.machineStatus = status.state === "live" ? null : status;
    this.#onChange();
  }

  #takeMachines(list) {
    this.machines = cleanList(list);
    for (const handler of this.#machinesListeners) handler();
    this.#choose();
    // The list names the machine, so a join that came too early for the gateway works now.
    if (this.#isRefused && this.link.isUp) this.#join();
    this.#onChange();
  }

  #choose() {
    if (this.machines === null) return;
    const machine = chooseMachine(this.machines, this.machine, this.#wanted, this.#isAutomatic);
    if (machine !== null) this.#open(machine);
    else if (this.feed !== null) this.#start(null);
  }

  /** Live readings were thinned or an answer was too short: ask for the rest, in peace. */
  #planRecovery() {
    if (this.#recoveryTimer !== null || this.feed === null || this.feed.ledger.missing === 0) return;
    this.#recoveryTimer = setTimeout(() => this.#recover(), this.#recoveryPause);
    this.#recoveryPause = Math.min(LONGEST_RECOVERY_PAUSE, this.#recoveryPause * 2);
  }

  async #recover() {
    const feed = this.feed;
    const hole = feed?.ledger.holes()[0];
    if (feed === null || hole === undefined || !this.link.isUp) {
      this.#recoveryTimer = null;
      return;
    }
    const since = hole.from - 1;
    // The answer is cut at its old end, and the gateway may be ahead: without the margin the hole stays open.
    const query = `since=${since}&limit=${feed.ledger.last - since + RECOVERY_MARGIN}`;
    const answer = await fetchReadings(feed.machine, query);
    if (feed !== this.feed) return;
    this.#recoveryTimer = null;
    if (answer !== null && answer.epoch === feed.epoch) {
      this.#takePast(feed, answer, since);
      if (feed.ledger.missing === 0) this.#recoveryPause = RECOVERY_PAUSE;
    } else {
      this.#planRecovery();
    }
  }
}

/** @returns {Promise<any>} null when it did not work; the caller asks again later */
async function fetchReadings(machine, query) {
  try {
    const path = `/api/machines/${encodeURIComponent(machine)}/readings?${query}`;
    const response = await fetch(path, { cache: "no-store" });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
