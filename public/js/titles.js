/** What each view is called. Pure. */

const NAMES = { fleet: "Fleet", alarms: "Alarms", data: "Data", handover: "Hand-over", empty: "No machine yet" };

/**
 * @param {{view: string, detail: boolean}} current @param {string | null} machine
 * @returns {{name: string, title: string}} the heading, and the title of the document
 */
export function describeView({ view, detail }, machine) {
  const isMachine = view === "machine" || detail;
  const name = isMachine ? machine ?? "…" : NAMES[view] ?? "…";
  const isNamed = name !== "…" && view !== "empty";
  return { name, title: isNamed ? `${name} · telemetryd` : "telemetryd" };
}
