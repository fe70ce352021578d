/** The hand-over list as it is shown. Pure. */

/**
 * @typedef {{id: number, machine?: string, text: string, by: string, at: string, done?: {by: string, at: string}}} Item
 */

/**
 * What came from the gateway, without what it cannot mean.
 * @param {any} list @returns {Item[]}
 */
export function cleanItems(list) {
  if (!Array.isArray(list)) return [];
  return list.filter((item) => Number.isSafeInteger(item?.id) && typeof item.text === "string");
}

/** Open ones first, as they came; then the done ones, the latest first. @param {Item[]} items @returns {Item[]} */
export function inOrder(items) {
  const open = items.filter(({ done }) => done === undefined);
  const done = items.filter((item) => item.done !== undefined);
  return [...open, ...done.sort((a, b) => Date.parse(b.done.at) - Date.parse(a.done.at))];
}

/** "3 open, 1 done" @param {Item[]} items */
export function summary(items) {
  const open = items.filter(({ done }) => done === undefined).length;
  const done = items.length - open;
  if (items.length === 0) return "Nothing to hand over";
  return done === 0 ? `${open} open` : `${open} open, ${done} done`;
}
