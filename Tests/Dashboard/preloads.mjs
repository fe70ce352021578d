/** Which modules the page imports at once. `node Tests/Dashboard/preloads.mjs --write` puts them into index.html. */

import { readFileSync, writeFileSync } from "node:fs";

const folder = new URL("../../public/js/", import.meta.url);
const LINE = /^ *<link rel="modulepreload" href="js\/([^"]+)">\n/gm;

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

/** What index.html preloads, in its order. @param {string} page */
export function preloadsOf(page) {
  return [...page.matchAll(LINE)].map((match) => match[1]);
}

function write() {
  const path = new URL("../index.html", folder);
  const page = readFileSync(path, "utf8");
  const at = page.search(LINE);
  const bare = page.replace(LINE, "");
  const lines = [...closureOf("app.js")].sort().map((name) => `    <link rel="modulepreload" href="js/${name}">\n`);
  writeFileSync(path, bare.slice(0, at) + lines.join("") + bare.slice(at));
}

if (process.argv.includes("--write")) write();
