/** Lists of metrics in the URL. Pure. */

/** Names in a list, at most. */
export const NAMES_MAX = 32;

/** "temp,flow" as names; what is no metric's name is left out. Pure. @param {unknown} text */
export function parseNames(text) {
  if (typeof text !== "string") return [];
  const names = text.split(",").filter((name) => /^[A-Za-z][A-Za-z0-9_]{0,31}$/.test(name));
  return [...new Set(names)].slice(0, NAMES_MAX);
}
