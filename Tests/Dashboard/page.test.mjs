import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const folder = new URL("../../public/", import.meta.url);
const page = readFileSync(new URL("index.html", folder), "utf8");
const modules = readdirSync(new URL("js/", folder)).filter((name) => name.endsWith(".js"));

test("every module is preloaded, so that the first value does not wait for a chain of imports", () => {
  const preloaded = [...page.matchAll(/rel="modulepreload" href="js\/([^"]+)"/g)].map((match) => match[1]);
  assert.deepEqual(preloaded.sort(), modules.sort());
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
    const text = readFileSync(new URL(`js/${module}`, folder), "utf8");
    for (const [, id] of text.matchAll(/byId\(["`]([^"`]+)["`]\)/g)) {
      for (const wanted of id.includes("$") ? metrics.map((name) => id.replace("${metric.name}", name)) : [id]) {
        assert.ok(page.includes(`id="${wanted}"`), `#${wanted}, asked for by ${module}`);
      }
    }
  }
});
