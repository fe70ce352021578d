/** The canvas cannot use custom properties, so they are read whenever the scheme changes. */

const QUERIES = ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-contrast: more)"];

const NAMES = {
  line: "--line", grid: "--grid", text: "--muted", ink: "--ink", card: "--card", band: "--band", hatch: "--hatch",
  limit: "--limit", alarm: "--alarm",
};

/**
 * @param {(colours: import("./paint.js").ChartColours) => void} onChange
 * @returns {import("./paint.js").ChartColours} those of now
 */
export function watchTheme(onChange) {
  for (const query of QUERIES) matchMedia(query).addEventListener("change", () => onChange(readColours()));
  return readColours();
}

function readColours() {
  const style = getComputedStyle(document.documentElement);
  const entries = Object.entries(NAMES).map(([name, property]) => [name, style.getPropertyValue(property).trim()]);
  return Object.fromEntries(entries);
}
