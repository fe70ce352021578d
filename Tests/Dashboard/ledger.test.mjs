import assert from "node:assert/strict";
import { test } from "node:test";

import { Ledger, RunSet } from "../../public/js/ledger.js";

/** The set as plain numbers, to compare with a Set of the standard library. */
function members(set) {
  return set.runs().flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
}

test("a stream without loss is one run", () => {
  const set = new RunSet();
  for (let value = 1; value <= 10_000; value += 1) assert.equal(set.add(value), 1);
  assert.deepEqual(set.runs(), [{ from: 1, to: 10_000 }]);
  assert.equal(set.size, 10_000);
});

test("runs join when the number between them comes", () => {
  const set = new RunSet();
  set.add(1);
  set.add(3);
  assert.deepEqual(set.runs(), [{ from: 1, to: 1 }, { from: 3, to: 3 }]);
  set.add(2);
  assert.deepEqual(set.runs(), [{ from: 1, to: 3 }]);
});

test("a range counts only what is new and swallows what it covers", () => {
  const set = new RunSet();
  set.add(5, 6);
  set.add(10);
  assert.equal(set.add(1, 20), 17);
  assert.deepEqual(set.runs(), [{ from: 1, to: 20 }]);
  assert.equal(set.add(4, 3), 0, "an empty range adds nothing");
});

test("removing below cuts the run it falls into", () => {
  const set = new RunSet();
  set.add(1, 5);
  set.add(8, 12);
  set.removeBelow(10);
  assert.deepEqual(set.runs(), [{ from: 10, to: 12 }]);
  assert.equal(set.size, 3);
  set.removeBelow(13);
  assert.equal(set.size, 0);
  assert.equal(set.first, null);
  assert.equal(set.last, null);
});

test("a run set agrees with a plain set whatever the order", () => {
  let seed = 7;
  const random = (most) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % most;
  const set = new RunSet();
  const plain = new Set();
  for (let round = 0; round < 3000; round += 1) {
    const from = 1 + random(400);
    const to = from + random(4);
    let added = 0;
    for (let value = from; value <= to; value += 1) {
      if (!plain.has(value)) added += 1;
      plain.add(value);
    }
    assert.equal(set.add(from, to), added);
    if (round % 500 === 499) {
      const floor = random(300);
      set.removeBelow(floor);
      for (const value of [...plain]) if (value < floor) plain.delete(value);
    }
    assert.equal(set.size, plain.size);
  }
  assert.deepEqual(members(set), [...plain].sort((a, b) => a - b));
  for (let value = 0; value < 420; value += 1) assert.equal(set.has(value), plain.has(value));
});

test("each sequence number is accepted once", () => {
  const ledger = new Ledger();
  assert.equal(ledger.accept(41), true);
  assert.equal(ledger.accept(41), false);
  assert.equal(ledger.count, 1);
});

test("what is no sequence number is refused", () => {
  const ledger = new Ledger();
  for (const seq of [0, -1, 1.5, NaN, Infinity, "3", undefined, null, 2 ** 53]) assert.equal(ledger.accept(seq), false);
  assert.equal(ledger.count, 0);
  assert.equal(ledger.first, null);
});

test("history that starts late is no hole", () => {
  const ledger = new Ledger();
  for (let seq = 401; seq <= 410; seq += 1) ledger.accept(seq);
  assert.deepEqual(ledger.holes(), []);
  assert.equal(ledger.missing, 0);
});

test("a thinned stream shows its holes, and filling them counts as recovered", () => {
  const ledger = new Ledger();
  for (const seq of [1, 2, 5, 9]) ledger.accept(seq);
  assert.deepEqual(ledger.holes(), [{ from: 3, to: 4 }, { from: 6, to: 8 }]);
  assert.equal(ledger.missing, 5);
  for (let seq = 3; seq <= 9; seq += 1) ledger.accept(seq, true);
  assert.deepEqual(ledger.holes(), []);
  assert.equal(ledger.recovered, 5, "5 and 9 were seen live and do not count");
});

test("a live reading that overtakes the history leaves nothing behind", () => {
  const ledger = new Ledger();
  ledger.accept(10);
  for (let seq = 1; seq <= 10; seq += 1) ledger.accept(seq);
  assert.equal(ledger.count, 10);
  assert.equal(ledger.missing, 0);
});

test("what the ring has overwritten is given up and told once", () => {
  const ledger = new Ledger();
  for (const seq of [1, 2, 10, 11]) ledger.accept(seq);
  assert.equal(ledger.giveUpBelow(6), 3);
  assert.deepEqual(ledger.holes(), [{ from: 6, to: 9 }]);
  assert.equal(ledger.giveUpBelow(6), 0);
  assert.equal(ledger.giveUpBelow(100), 4, "never more than the hole");
  assert.equal(ledger.lost, 7);
  assert.deepEqual(ledger.holes(), []);
});

test("forgetting drops readings and holes but not what they cost", () => {
  const ledger = new Ledger();
  for (const seq of [1, 2, 5, 9]) ledger.accept(seq);
  ledger.accept(3, true);
  ledger.giveUpBelow(5);
  ledger.forgetBelow(9);
  assert.deepEqual([ledger.first, ledger.last, ledger.count], [9, 9, 1]);
  assert.deepEqual([ledger.recovered, ledger.lost, ledger.missing], [1, 1, 0]);
});

test("a hole in the middle of the forgotten part stays a hole in the rest", () => {
  const ledger = new Ledger();
  for (const seq of [1, 5, 6, 9]) ledger.accept(seq);
  ledger.forgetBelow(6);
  assert.deepEqual(ledger.holes(), [{ from: 7, to: 8 }]);
});
