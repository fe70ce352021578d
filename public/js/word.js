/**
 * What the gateway last said of a machine, until its readings prove otherwise. Events keep their order, so a reading
 * behind a status has overtaken what that said. Pure.
 */

/** @typedef {{metric: string, state: string, since?: string, reason?: string}} MetricWord */

export class MachineWord {
  state = "live";
  reason = "";
  /** Live, but overdue. */
  late = false;
  /** Metrics that are not live. @type {MetricWord[]} */
  metrics = [];

  /** @param {any} word an entry of `machines`, `machineStatus` or `GET /api/machines/…` */
  take(word) {
    this.state = typeof word?.state === "string" ? word.state : "live";
    this.reason = typeof word?.reason === "string" ? word.reason : "";
    this.late = word?.late === true;
    this.metrics = Array.isArray(word?.metrics) ? word.metrics.filter((metric) => metric?.state !== "live") : [];
  }

  /** A live reading came. @param {any} reading */
  disprove(reading) {
    this.state = "live";
    this.reason = "";
    this.late = false;
    if (this.metrics.length === 0) return;
    this.metrics = this.metrics.filter(({ metric }) => typeof reading[metric] !== "number");
  }

  /** What is said against one metric, null when nothing is. @param {string} name @returns {MetricWord | null} */
  metric(name) {
    return this.metrics.find(({ metric }) => metric === name) ?? null;
  }
}
