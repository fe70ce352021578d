import assert from "node:assert/strict";
import { test } from "node:test";

import { WakeLock } from "../../public/js/wake.js";

/** A browser that grants locks, or does not, and takes them away when the page is hidden. */
function browser() {
  const locks = [];
  const watchers = [];
  const document = { visibilityState: "visible", addEventListener: (_, watcher) => watchers.push(watcher) };
  const request = async () => {
    if (document.visibilityState !== "visible") throw new Error("hidden");
    const listeners = [];
    const lock = { isHeld: true, addEventListener: (_, listener) => listeners.push(listener) };
    lock.release = () => {
      lock.isHeld = false;
      for (const listener of listeners) listener();
    };
    locks.push(lock);
    return lock;
  };
  const show = (state) => {
    document.visibilityState = state;
    if (state === "hidden") for (const lock of locks) lock.release();
    for (const watcher of watchers) watcher();
  };
  return { document, navigator: { wakeLock: { request } }, locks, show };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("the screen stays on while it is wanted, also after the page was hidden", async () => {
  const { document, navigator, locks, show } = browser();
  const wake = new WakeLock(navigator, document);
  wake.want(true);
  wake.want(true);
  await settle();
  assert.equal(locks.length, 1);
  show("hidden");
  assert.equal(wake.isHeld, false);
  show("visible");
  await settle();
  assert.equal(wake.isHeld, true);
  wake.want(false);
  assert.ok(locks.every((lock) => !lock.isHeld));
  show("visible");
  await settle();
  assert.equal(locks.length, 2, "not wanted, not asked for");
});

test("changed one's mind before the browser answered; and a browser without it", async () => {
  const { document, navigator, locks } = browser();
  const wake = new WakeLock(navigator, document);
  wake.want(true);
  wake.want(false);
  await settle();
  assert.deepEqual(locks.map((lock) => lock.isHeld), [false]);
  const without = new WakeLock({}, document);
  without.want(true);
  await settle();
  assert.equal(without.isPossible, false);
});
