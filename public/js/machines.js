/** Which machines there are and which one to show. Pure. */

/**
 * @typedef {{machine: string, state?: string, lastSeq?: number}} MachineEntry
 */

/**
 * The list as the page uses it: entries with a name, by name; anything else from the wire is ignored.
 * @param {unknown} list @returns {MachineEntry[]}
 */
export function cleanList(list) {
  if (!Array.isArray(list)) return [];
  const named = list.filter((entry) => typeof entry?.machine === "string" && entry.machine !== "");
  return named.sort((a, b) => compareNames(a.machine, b.machine));
}

/** press2 before press10. @param {string} a @param {string} b */
export function compareNames(a, b) {
  return a.localeCompare(b, "en", { numeric: true }) || (a < b ? -1 : 1);
}

/**
 * The machine to show: the only one; else the wanted one; else the current one; else the first.
 * @param {MachineEntry[]} entries @param {string | null} current
 * @param {string | null} wanted from the URL, until somebody chooses
 * @param {boolean} [isAutomatic] false: nobody asked for any machine, so none is taken for its place in the list
 * @returns {string | null}
 */
export function chooseMachine(entries, current, wanted, isAutomatic = true) {
  const names = entries.map((entry) => entry.machine);
  if (names.length === 1 && isAutomatic) return names[0];
  if (wanted !== null && names.includes(wanted)) return wanted;
  if (current !== null && names.includes(current)) return current;
  return isAutomatic ? names[0] ?? null : null;
}

/**
 * The machine `step` places further in the list, round the end.
 * @param {MachineEntry[]} entries @param {string | null} current @param {number} step @returns {string | null}
 */
export function neighbour(entries, current, step) {
  if (entries.length === 0) return null;
  const at = entries.findIndex((entry) => entry.machine === current);
  return entries[(Math.max(at, 0) + step + entries.length) % entries.length].machine;
}
