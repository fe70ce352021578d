/**
 * Which modules the page imports at once, and which right after its first values. `node Tests/Dashboard/preloads.mjs
 * --write` puts them into index.html.
 */

import { readFileSync, writeFileSync } from "node:fs";

const folder = new URL("../../public/js/", import.meta.url);
const LINE = /^ *<link rel="modulepreload" href="js\/([^"]+)">\n/gm;
const LATER_LINE = /^ *<link rel="modulepreload" href="js\/([^"]+)" fetchpriority="low">\n/gm;

/** Loaded with `import()` on most pages: fetched beforehand, behind everything else. */
const LATER = ["machine/trends-view.js"];

/** The modules that one imports at once (not with `import()`), with those that they import; names below js/. */
export function closureOf(module, found = new Set()) {
  if (found.has(module)) return found;
  found.add(module);
  const text = readFileSync(new URL(module, folder), "utf8");
  for (const [, path] of text.matchAll(/^(?:import|export)\b[^;]*?from "(\.[^"]+)";/gm)) {
    closureOf(new URL(path, new URL(module, folder)).href.slice(folder.href.length), found);
  }
  return found;
}

/** What `LATER` imports beyond what is there. */
export function laterModules() {
  const all = closureOf("app.js");
  for (const module of LATER) closureOf(module, all);
  for (const module of closureOf("app.js")) all.delete(module);
  return [...all].sort();
}

/** What index.html preloads with low priority, in its order. @param {string} page */
export function laterPreloadsOf(page) {
  return [...page.matchAll(LATER_LINE)].map((match) => match[1]);
}

/** What index.html preloads, in its order. @param {string} page */
export function preloadsOf(page) {
  return [...page.matchAll(LINE)].map((match) => match[1]);
}

function write() {
  const path = new URL("../index.html", folder);
  const page = readFileSync(path, "utf8");
  const at = page.search(LINE);
  const bare = page.replace(LINE, "").replace(LATER_LINE, "");
  const line = (name, priority) => `    <link rel="modulepreload" href="js/${name}"${priority}>\n`;
  const lines = [...closureOf("app.js")].sort().map((name) => line(name, ""))
    .concat(laterModules().map((name) => line(name, ' fetchpriority="low"')));
  writeFileSync(path, bare.slice(0, at) + lines.join("") + bare.slice(at));
}

if (process.argv.includes("--write")) write();
