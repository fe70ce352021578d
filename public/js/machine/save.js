import { formatDate, formatZone } from "../format.js";
import { csv, fileName } from "./csv.js";
import { font } from "./paint.js";
import { columnsOf, instants, join } from "./timeline.js";
import { stretchText } from "./when.js";

/** Readings in a file, at most: what the gateway answers at once. */
const READINGS_MAX = 100_000;

/** Size of a picture, CSS pixels, drawn at twice that; room for its title. */
const WIDTH = 1200;
const HEIGHT = 480;
const HEAD = 64;
const RATIO = 2;

/**
 * All readings in the window, not only the thinned ones that are drawn, as a file.
 * @param {import("./trends.js").Trends} trends @param {any} page
 */
export async function saveReadings(trends, page) {
  const { scene, feed } = trends;
  if (feed === null) return;
  const range = { ...scene.range };
  const names = trends.names;
  const columns = names.map((name) => ({ name, unit: trends.unit(name).symbol, convert: trends.unit(name).convert }));
  const whole = await askAll(page, feed, range);
  // What the ring has lost since is still in the page.
  const pieces = join([...scene.sources(), ...(whole === null ? [] : [columnsOf(whole)])]);
  const rows = instants(pieces, range);
  const text = csv(rows, columns, feed.machine);
  save(new Blob([text], { type: "text/csv;charset=utf-8" }), fileName(feed.machine, range, "", "csv"));
  const doubt = whole === null ? "; the gateway did not answer, so only what the page holds" : "";
  page.say(`${rows.length.toLocaleString()} readings saved${doubt}`);
}

async function askAll(page, feed, range) {
  const from = new Date(Math.max(0, Math.floor(range.from))).toISOString();
  const to = new Date(Math.ceil(range.to)).toISOString();
  const path = `/api/machines/${encodeURIComponent(feed.machine)}/readings?from=${from}&to=${to}&limit=${READINGS_MAX}`;
  const { ok, body } = await page.api(path);
  return ok && body?.epoch === feed.epoch && Array.isArray(body.readings) ? body.readings : null;
}

/** One chart with its title as a picture. @param {import("./trends.js").Trends} trends @param {any} trend */
export async function savePicture(trends, trend) {
  const { scene, feed, colours } = trends;
  const now = Date.now();
  const machine = feed?.machine ?? "";
  const chart = bitmap(WIDTH, HEIGHT - HEAD);
  const size = { width: chart.canvas.width, height: chart.canvas.height, ratio: RATIO };
  trend.chart.drawOn(chart, size, trends.picture(trend, now), colours);
  const whole = bitmap(WIDTH, HEIGHT);
  whole.fillStyle = colours.card;
  whole.fillRect(0, 0, whole.canvas.width, whole.canvas.height);
  whole.drawImage(chart.canvas, 0, HEAD * RATIO);
  const unit = trends.unit(trend.name).symbol;
  whole.fillStyle = colours.ink;
  whole.textBaseline = "middle";
  whole.font = font(20, RATIO, "600");
  whole.fillText(`${machine} · ${trend.title}${unit === "" ? "" : ` (${unit})`}`, 16 * RATIO, 22 * RATIO);
  whole.fillStyle = colours.text;
  whole.font = font(14, RATIO);
  // A picture is looked at on other days: the date is always there.
  const stretch = stretchText(scene.range, 0);
  whole.fillText(`${stretch} ${formatZone(scene.range.to)}, ${trend.rangeText || "no data"}`, 16 * RATIO, 48 * RATIO);
  whole.textAlign = "right";
  whole.fillText(`telemetryd, ${formatDate(now)}`, (WIDTH - 16) * RATIO, 22 * RATIO);
  const blob = await new Promise((resolve) => whole.canvas.toBlob(resolve, "image/png"));
  if (blob !== null) save(blob, fileName(machine, scene.range, trend.name, "png"));
}

/** @returns {CanvasRenderingContext2D} */
function bitmap(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width * RATIO;
  canvas.height = height * RATIO;
  return canvas.getContext("2d");
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has taken the file when the click returns to the event loop.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
