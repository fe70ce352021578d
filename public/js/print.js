/** Printing is black on white: what was painted for a dark screen is turned round by the style sheet. */

/** Call once. */
export function followPrinting() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  addEventListener("beforeprint", () => document.documentElement.toggleAttribute("data-was-dark", dark.matches));
  addEventListener("afterprint", () => document.documentElement.removeAttribute("data-was-dark"));
}
