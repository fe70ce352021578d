import assert from "node:assert/strict";
import { test } from "node:test";

import { formatNumber } from "../../public/js/format.js";
import { Units, formatUnits, parseUnits } from "../../public/js/units.js";

/** Two stores as the page has them. */
function stores(url = null, remembered = "") {
  const held = { url, remembered };
  const settings = {
    get: (name, fallback) => held.remembered || fallback,
    set: (_, value) => (held.remembered = value),
  };
  const handlers = [];
  const place = {
    get: () => held.url,
    set: ({ units }) => (held.url = units),
    onChange: (handler) => handlers.push(handler),
  };
  return { held, settings, place, moved: () => handlers.forEach((handler) => handler()) };
}

const close = (actual, expected) =>
  assert.ok(Math.abs(actual - expected) <= Math.abs(expected) * 1e-15, `${actual} is not ${expected}`);

test("conversions by the exact definitions", () => {
  const units = new Units(null, { get: () => "rad/s,lbfft,psi", set() {} });
  close(units.of("rpm").convert(60), 2 * Math.PI);
  close(units.of("torque").convert(1.3558179483314004), 1);
  close(units.of("pressure").convert(0.06894757293168361), 1);
  const kilopascals = new Units(null, { get: () => "kPa", set() {} });
  assert.equal(kilopascals.of("pressure").convert(6.02), 602);
  for (const unit of ["rpm", "torque", "pressure"].map((name) => units.of(name))) {
    close(unit.revert(unit.convert(7.25)), 7.25);
  }
});

test("stored units change nothing, to the last bit", () => {
  const units = new Units();
  for (const metric of ["rpm", "torque", "pressure", "spindle_temp"]) {
    assert.equal(units.of(metric).convert(0.1 + 0.2), 0.1 + 0.2);
    assert.equal(units.of(metric).decimals(2), 2);
    assert.equal(units.of(metric).isStored, true);
  }
  assert.deepEqual(["rpm", "torque", "pressure"].map((name) => units.of(name).symbol), ["rev/min", "N·m", "bar"]);
});

test("as many digits in each unit as the value has in its own", () => {
  const shown = (text, metric, value, decimals) => {
    const unit = new Units(null, { get: () => text, set() {} }).of(metric);
    return `${formatNumber(unit.convert(value), unit.decimals(decimals), "en")} ${unit.symbol}`;
  };
  assert.equal(shown("rad/s", "rpm", 1480.2, 1), "155.01 rad/s");
  assert.equal(shown("rad/s", "rpm", 1480, 0), "155.0 rad/s");
  assert.equal(shown("lbfft", "torque", 120.5, 1), "88.9 lbf·ft");
  assert.equal(shown("kPa", "pressure", 6.02, 2), "602 kPa");
  assert.equal(shown("psi", "pressure", 6.02, 2), "87.3 psi");
});

test("gauge stays gauge in every unit; an extra metric keeps the unit its source names", () => {
  const units = new Units(null, { get: () => "psi", set() {} });
  assert.equal(units.of("pressure", "bar(g)").symbol, "psi(g)");
  assert.equal(units.of("pressure", "something").symbol, "psi");
  assert.equal(units.of("spindle_temp", "°C").symbol, "°C");
  assert.equal(units.of("spindle_temp", "°C").convert(40), 40);
});

test("a choice is remembered and in the URL, and the URL wins", () => {
  const { held, settings, place, moved } = stores(null, "psi");
  const units = new Units(settings, place);
  let told = 0;
  units.onChange(() => (told += 1));
  assert.equal(units.of("pressure").symbol, "psi");
  assert.equal(held.url, "psi", "a link that is sent shows the same");
  units.choose("speed", "rad/s");
  assert.deepEqual(held, { url: "rad/s,psi", remembered: "rad/s,psi" });
  units.choose("speed", "rad/s");
  units.choose("speed", "furlongs");
  units.choose("colour", "red");
  assert.equal(told, 1);
  held.url = "kPa";
  moved();
  assert.deepEqual([units.of("pressure").symbol, units.of("rpm").symbol, told], ["kPa", "rev/min", 2]);
  units.choose("pressure", "bar");
  assert.deepEqual([held.url, held.remembered, told], [null, "", 3]);
});

test("nonsense in the URL is ignored", () => {
  assert.deepEqual(parseUnits("rad/s,parsec,,__proto__,bar"), { speed: "rad/s", pressure: "bar" });
  assert.deepEqual(parseUnits(null), {});
  assert.equal(formatUnits({}), null);
  assert.equal(formatUnits({ speed: "rpm", pressure: "psi" }), "psi");
});
