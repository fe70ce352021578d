import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { closureOf, laterModules, laterPreloadsOf, preloadsOf } from "./preloads.mjs";

const folder = new URL("../../public/", import.meta.url);
const page = readFileSync(new URL("index.html", folder), "utf8");
const modules = readdirSync(new URL("js/", folder), { recursive: true }).filter((name) => name.endsWith(".js"));
const textOf = (module) => readFileSync(new URL(`js/${module}`, folder), "utf8");

test("what the page imports at once is preloaded, and nothing else: no chain of requests, no needless one", () => {
  const repair = "node Tests/Dashboard/preloads.mjs --write";
  assert.deepEqual(preloadsOf(page), [...closureOf("app.js")].sort(), repair);
  assert.deepEqual(laterPreloadsOf(page), laterModules(), repair);
});

test("the page keeps its own policy: nothing inline, nothing from elsewhere", () => {
  assert.doesNotMatch(page, /\sstyle=|<style|\son[a-z]+=|javascript:/i);
  for (const [, attributes, body] of page.matchAll(/<script([^>]*)>([^]*?)<\/script>/g)) {
    assert.match(attributes, /\ssrc="/);
    assert.equal(body.trim(), "");
  }
  const sheets = [...page.matchAll(/rel="stylesheet" href="([^"]+)"/g)].map((match) => match[1]);
  assert.ok(sheets.length > 0);
  for (const name of [...sheets, ...modules.map((module) => `js/${module}`)]) {
    const text = readFileSync(new URL(name, folder), "utf8");
    assert.doesNotMatch(text, /https?:\/\/|@import/, `${name} stays at home`);
  }
});

test("every element the modules ask for is in the page", () => {
  const metrics = ["rpm", "torque", "pressure"];
  for (const module of modules) {
    const text = textOf(module);
    for (const [, id] of text.matchAll(/byId\(["`]([^"`]+)["`]\)/g)) {
      for (const wanted of id.includes("$") ? metrics.map((name) => id.replace("${metric.name}", name)) : [id]) {
        assert.ok(page.includes(`id="${wanted}"`), `#${wanted}, asked for by ${module}`);
      }
    }
  }
});
