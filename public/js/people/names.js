/** Names that the gateway takes. Pure. */

/** Bytes of a name, as UTF-8. */
export const NAME_BYTES_MAX = 128;

/** Control characters, line separators, and the marks that turn the direction of text around. */
const CONTROL = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/**
 * The name as the gateway will know it, null when it takes none like that: a refused name would refuse the whole join.
 * @param {unknown} text what was typed, or what this browser remembers
 * @returns {string | null}
 */
export function cleanName(text) {
  const name = typeof text === "string" ? text.trim() : "";
  return name === "" || nameProblem(name) !== "" ? null : name;
}

/** What is wrong with a name, "" when nothing is; no name is all right. @param {string} text */
export function nameProblem(text) {
  const name = text.trim();
  if (CONTROL.test(name)) return "A name is one line of letters.";
  if (new TextEncoder().encode(name).length > NAME_BYTES_MAX) return "This name is too long.";
  if (name.toLowerCase() === "server") return "“Server” is the gateway itself.";
  return "";
}

/** Who writes without a name. */
export const GUEST = "Guest";
