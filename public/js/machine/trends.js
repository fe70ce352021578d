import { byId } from "../dom.js";
import { METRICS } from "../format.js";
import { Cross } from "./cross.js";
import { Flags } from "./flags.js";
import { MoreMetrics } from "./more-metrics.js";
import { Out } from "./out.js";
import { Gate } from "./gate.js";
import { Scene } from "./scene.js";
import { watchTheme } from "./theme.js";
import { Toolbar } from "./toolbar.js";
import { Trend } from "./trend.js";
import { TrendsPlace } from "./trends-place.js";

/** Width of the gutter and the right edge, CSS pixels, not part of the plot. */
const BESIDE_PLOT = 54;

/** A window that is being moved asks the gateway when it has rested this long, ms. */
const REST = 150;

/** Readings beyond the edge by more than this (ms) have a wrong clock. */
const CLOCK_TOLERANCE = 60_000;

/** How often a window on the past and the text alternatives are brought up to date, ms. */
const HELD_EVERY = 1000;
const SUMMARY_EVERY = 5000;

/** The trends of the shown machine: one time axis, one crosshair, as many charts as are switched on. */
export class Trends {
  #page;
  #scene;
  #cross = new Cross();
  #selection = null;
  /** @type {Trend[]} */
  #trends = [];
  #colours;
  #feed = null;
  #drawn = { key: "", at: 0 };
  /** Goes up when something but the readings has changed: units, limits, markers, colours, charts. */
  #stamp = 0;
  #isCrossDue = false;
  #movedAt = -Infinity;
  #summarisedAt = 0;
  #readout = null;

  /** @param {Element} root the machine view @param {any} page */
  constructor(root, page) {
    this.#page = page;
    this.#gate = new Gate(page, (oldest) => {
      this.#scene.oldest = oldest;
      this.#change();
    });
    this.#scene = new Scene((request) => this.#gate.ask(request));
    const to = { onResize: () => page.redraw(), onPicture: (trend) => this.#out.savePicture(trend) };
    const make = (figure, metric) => new Trend(figure, metric, this.#meanings(), to);
    this.#trends = METRICS.map((metric) => make(byId(`${metric.name}-figure`), metric));
    this.#more = new MoreMetrics(page, make, () => this.#change());
    this.#flags = new Flags(this.#trends[0].plot);
    this.#out = new Out(this, page);
    this.#toolbar = new Toolbar(root, this, page);
    this.#colours = watchTheme((colours) => this.#recolour(colours));
    // A finger leaves the crosshair where it was; one beside the charts takes it away.
    document.addEventListener("pointerdown", ({ target }) => target.closest?.(".plot") || this.#point(null));
    for (const store of [page.units, page.limits, page.markers]) store.onChange(() => this.#change());
    this.#place = new TrendsPlace(page, this.#scene, {
      onWindow: () => {
        this.#rescale();
        this.#change();
      },
      onChange: () => this.#more.followPlace(),
    });
  }

  #more;
  #flags;
  #out;
  #toolbar;
  #place;
  #gate;

  get scene() {
    return this.#scene;
  }

  get feed() {
    return this.#feed;
  }

  get colours() {
    return this.#colours;
  }

  /** All charts, the standard ones first. */
  get charts() {
    return [...this.#trends, ...this.#more.trends];
  }

  /** Names of all metrics to be read and saved, whether they have a chart or not. */
  get names() {
    return [...METRICS.map(({ name }) => name), ...(this.#feed?.extras ?? [])];
  }

  /** What is shown of a pinned alarm, "" else. */
  get episodeText() {
    return this.#place.episodeText;
  }

  /** Decimals that the values of a metric come with. @param {string} name */
  decimals(name) {
    return this.#feed?.metricOf(name)?.decimals ?? 0;
  }

  /** @param {string} name @returns the viewer's unit of a metric, its functions free of `this` */
  unit(name) {
    const stored = this.#gate.units[name];
    const unit = this.#page.units.of(name, typeof stored === "string" ? stored : "");
    const decimals = typeof unit.decimals === "function" ? (stored) => unit.decimals(stored) : (stored) => stored;
    return { symbol: unit.symbol, convert: (value) => unit.convert(value), decimals };
  }

  /** @param {import("../session.js").Session} session @param {number} now ms since 1970 by the page's clock */
  draw({ feed }, now) {
    if (feed !== this.#feed) this.#show(feed);
    if (feed !== null) this.#more.update(feed.extras);
    const first = this.#trends[0].chart;
    this.#scene.update(now, first.columns);
    const isDue = this.#isPictureDue(now);
    if (isDue) this.#drawPictures(now);
    if (isDue || this.#isCrossDue) this.#drawCross();
    this.#toolbar.draw(now);
    this.#summarise(now);
    this.#out.draw(now);
    this.#fetch(now);
  }

  /** The picture of one chart, for the page or for a file. @param {Trend} trend @param {number} now */
  picture(trend, now, markers = this.#markers()) {
    const { range, pieces, edge, breaks } = this.#scene;
    const machine = this.#feed?.machine ?? "";
    const unit = this.unit(trend.name);
    const known = this.#feed?.metricOf(trend.name) ?? this.#feed;
    const pause = known?.freshness.staleAfter ?? Infinity;
    return {
      range, pieces, breaks, edge, now, pause, gap: this.#scene.gap(pause),
      latest: Math.max(edge, now) + CLOCK_TOLERANCE,
      unit: { ...unit, decimals: unit.decimals(this.decimals(trend.name)) },
      limits: this.#page.limits.of(machine, trend.name),
      markers,
    };
  }

  // What the tools do

  /** @param {number | null} span ms, Infinity: everything */
  chooseSpan(span) {
    this.#scene.goLive(span);
    this.#place.leaveEpisode();
    this.#settle(true);
  }

  togglePause() {
    this.#scene.togglePause();
    this.#page.say(this.#scene.span.isPaused ? "Trends paused, still collecting" : "Trends follow the stream again");
    if (this.#scene.isLive) this.#place.leaveEpisode();
    this.#settle(false);
  }

  goLive() {
    if (this.#scene.isLive) return;
    this.#scene.goLive();
    this.#place.leaveEpisode();
    this.#page.say("Trends follow the stream again");
    this.#settle(true);
  }

  /** Something but the readings has changed. */
  #change() {
    this.#stamp += 1;
    this.#page.redraw();
  }

  #recolour(colours) {
    this.#colours = colours;
    for (const { chart } of this.charts) chart.forgetColours();
    this.#change();
  }

  #show(feed) {
    this.#feed = feed;
    this.#scene.show(feed);
    this.#cross.clear();
    this.#gate.show(feed);
    for (const { chart } of this.charts) chart.reset();
    this.#stamp += 1;
    this.#place.pin();
  }

  // Drawing

  #isPictureDue(now) {
    const { range, version, isLive } = this.#scene;
    const isForced = this.charts.some(({ chart }) => chart.isResized);
    const column = (range.to - range.from) / Math.max(1, this.#trends[0].chart.columns);
    const frame = `${range.from}/${range.to}/${version}/${this.#stamp}`;
    const isNewFrame = frame !== this.#drawn.frame;
    // A long window changes less than a pixel with a reading; a held one only when a late reading comes.
    const every = isLive ? Math.min(column, HELD_EVERY) : HELD_EVERY;
    const isNewReading = (this.#feed?.version ?? -1) !== this.#drawn.version && now - this.#drawn.at >= every;
    if (!isForced && !isNewFrame && !isNewReading) return false;
    this.#drawn = { frame, version: this.#feed?.version ?? -1, at: now };
    return true;
  }

  #drawPictures(now) {
    const markers = this.#markers();
    for (const trend of this.charts) {
      trend.setUnit(this.unit(trend.name));
      trend.chart.draw(this.picture(trend, now, markers), this.#colours);
      trend.setRange(this.decimals(trend.name));
    }
    this.#flags.draw(markers, this.#scene.range, this.#trends[0].plot.clientWidth - BESIDE_PLOT);
  }

  #markers() {
    return this.#feed === null ? [] : this.#page.markers.of(this.#feed.machine);
  }

  /** The text alternatives: for people who ask for them, not for every frame. */
  #summarise(now) {
    if (now - this.#summarisedAt < SUMMARY_EVERY) return;
    this.#summarisedAt = now;
    for (const trend of this.charts) trend.summarise(this.#toolbar.windowText);
  }

  #drawCross() {
    this.#isCrossDue = false;
    const { pieces, range } = this.#scene;
    const gap = this.#scene.gap(this.#feed?.freshness.staleAfter ?? 0);
    this.#readout = this.#cross.read(pieces, range, { columns: this.#width, gap, names: this.names });
    this.#page.moment = this.#readout?.time ?? null;
    for (const trend of this.charts) {
      trend.drawCross(this.#readout, this.#selection, this.decimals(trend.name), this.#colours);
    }
  }

  get #width() {
    return this.#trends[0].chart.columns / Math.min(devicePixelRatio || 1, 2);
  }

  // Hands

  #meanings() {
    const scene = () => this.#scene;
    return {
      hover: (share) => this.#point(share),
      selecting: (from, to) => this.#choosing({ from, to }),
      select: (from, to) => {
        this.#choosing(null);
        this.#cross.clear();
        scene().select(from, to);
        this.#settle(true);
      },
      cancel: () => {
        this.#choosing(null);
        this.#point(null);
      },
      zoom: (factor, share) => this.#moved(() => scene().zoom(factor, share ?? this.#crossShare())),
      pan: (share) => this.#moved(() => scene().pan(share)),
      pinch: (range, before, after) => this.#moved(() => scene().pinch(range, before, after)),
      range: () => scene().range,
      step: (by) => this.#read(() => this.#cross.step(by, scene().pieces, scene().range, this.#width)),
      end: (side) => this.#read(() => this.#cross.end(side, scene().pieces, scene().range)),
      live: () => this.goLive(),
      settled: () => this.#settle(false),
    };
  }

  /** Where the crosshair is in the range of now, which may be newer than its picture. */
  #crossShare() {
    const { from, to } = this.#scene.range;
    const time = this.#readout?.time ?? NaN;
    return time >= from && time <= to ? (time - from) / (to - from) : 0.5;
  }

  #point(share) {
    this.#read(() => (share === null ? this.#cross.clear() : this.#cross.point(share)));
  }

  #read(action) {
    action();
    this.#isCrossDue = true;
    this.#page.redraw();
  }

  #choosing(selection) {
    this.#selection = selection === null ? null : {
      from: Math.min(selection.from, selection.to), to: Math.max(selection.from, selection.to),
    };
    this.#isCrossDue = true;
    this.#page.redraw();
  }

  #moved(action) {
    const before = this.#scene.range.to - this.#scene.range.from;
    action();
    this.#movedAt = performance.now();
    const { held } = this.#scene.span;
    if (held !== null && Math.abs(held.to - held.from - before) > 1) this.#rescale();
    this.#page.redraw();
  }

  /** Another stretch of time: the y range so far says nothing about it. */
  #rescale() {
    for (const { chart } of this.charts) chart.reset();
  }

  /** A window was chosen: it goes into the URL. @param {boolean} isStep the back button returns to before */
  #settle(isStep) {
    if (isStep) this.#rescale();
    this.#stamp += 1;
    this.#place.write(isStep);
    this.#page.redraw();
  }

  // The gateway

  #fetch(now) {
    // Without the link there is no answer either, and the console would fill with refusals.
    if (this.#feed === null || !this.#page.link.isUp) return;
    if (performance.now() - this.#movedAt < REST && !this.#scene.isLive) {
      setTimeout(() => this.#page.redraw(), REST + 10);
      return;
    }
    this.#scene.fetch(now, this.#width, () => this.#page.redraw());
    this.#gate.askOldest(now);
  }
}
