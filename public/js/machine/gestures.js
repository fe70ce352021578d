/** Mouse, wheel, fingers and keys on the charts, as what they mean. Knows places and shares, no readings. */

/** A press that moves less than this (CSS pixels) is a click. */
const DRAG_MIN = 5;

/** One notch of a wheel (100) zooms by this much. */
const WHEEL_STEP = 1.25;

/** A wheel that began to scroll the page goes on scrolling it over a chart, for as long as it turns (ms). */
const SAME_TURN = 250;

/** Shares of the width for one key. */
const PAN_STEP = 0.1;

/**
 * @typedef {{
 *   hover: (share: number | null) => void, selecting: (from: number, to: number) => void,
 *   select: (from: number, to: number) => void, cancel: () => void,
 *   zoom: (factor: number, share: number | null) => void,
 *   pan: (share: number) => void,
 *   pinch: (range: {from: number, to: number}, before: number[], after: number[]) => void,
 *   range: () => {from: number, to: number}, step: (by: number) => void, end: (side: number) => void,
 *   live: () => void, settled: () => void }} Meanings
 * shares of the plot's width, 0 left, 1 right; null: wherever the crosshair is
 */

let wheeledElsewhereAt = -Infinity;
addEventListener("wheel", (event) => {
  const isOnChart = event.target instanceof Element && event.target.closest(".plot") !== null;
  const isGoingOn = event.timeStamp - wheeledElsewhereAt < SAME_TURN;
  if (!isOnChart || isGoingOn) wheeledElsewhereAt = event.timeStamp;
}, { passive: true, capture: true });

export class Gestures {
  #element;
  #shareAt;
  #meanings;
  /** @type {Map<number, number>} share of each finger or button that is down */
  #down = new Map();
  #drag = null;
  #pinch = null;

  /** @param {HTMLElement} element @param {(clientX: number) => number} shareAt @param {Meanings} meanings */
  constructor(element, shareAt, meanings) {
    this.#element = element;
    this.#shareAt = shareAt;
    this.#meanings = meanings;
    element.addEventListener("pointerdown", (event) => this.#press(event));
    element.addEventListener("pointermove", (event) => this.#move(event));
    element.addEventListener("pointerup", (event) => this.#release(event));
    element.addEventListener("pointercancel", (event) => this.#lose(event));
    element.addEventListener("pointerleave", (event) => this.#leave(event));
    element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    element.addEventListener("dblclick", () => meanings.live());
    element.addEventListener("blur", () => this.#drag === null && meanings.hover(null));
    element.addEventListener("keydown", (event) => this.#key(event));
  }

  #press(event) {
    if (event.button > 1) return;
    const share = this.#shareAt(event.clientX);
    this.#element.setPointerCapture(event.pointerId);
    this.#down.set(event.pointerId, share);
    if (this.#down.size === 2) {
      this.#drag = null;
      this.#meanings.hover(null);
      this.#pinch = { range: { ...this.#meanings.range() }, before: [...this.#down.values()] };
      return;
    }
    // One finger looks (and scrolls the page up and down); the mouse chooses, or pans with shift or the wheel's button.
    const isTouch = event.pointerType === "touch";
    const kind = isTouch ? "look" : event.shiftKey || event.button === 1 ? "pan" : "choose";
    this.#drag = { kind, x: event.clientX, share, last: share, isMoving: false };
    if (event.button === 1) event.preventDefault();
    if (isTouch) this.#meanings.hover(inside(share));
  }

  #move(event) {
    const share = this.#shareAt(event.clientX);
    if (this.#down.has(event.pointerId)) this.#down.set(event.pointerId, share);
    if (this.#pinch !== null) {
      if (this.#down.size === 2) this.#meanings.pinch(this.#pinch.range, this.#pinch.before, [...this.#down.values()]);
      return;
    }
    const drag = this.#drag;
    if (drag === null || drag.kind === "look") {
      this.#meanings.hover(inside(share));
      return;
    }
    drag.isMoving ||= Math.abs(event.clientX - drag.x) >= DRAG_MIN;
    if (!drag.isMoving) return;
    if (drag.kind === "choose") this.#meanings.selecting(clip(drag.share), clip(share));
    else this.#meanings.pan(drag.last - share);
    drag.last = share;
  }

  #release(event) {
    const share = this.#shareAt(event.clientX);
    this.#down.delete(event.pointerId);
    if (this.#pinch !== null) {
      if (this.#down.size === 0) {
        this.#pinch = null;
        this.#meanings.settled();
      }
      return;
    }
    const drag = this.#drag;
    this.#drag = null;
    if (drag?.isMoving !== true) return;
    if (drag.kind === "choose") this.#meanings.select(clip(drag.share), clip(share));
    else this.#meanings.settled();
  }

  /** The browser took the finger for scrolling the page. */
  #lose(event) {
    this.#down.delete(event.pointerId);
    this.#drag = null;
    if (this.#down.size === 0) this.#pinch = null;
    this.#meanings.cancel();
  }

  #leave(event) {
    if (event.pointerType !== "touch" && this.#drag === null) this.#meanings.hover(null);
  }

  #wheel(event) {
    if (event.timeStamp - wheeledElsewhereAt < SAME_TURN) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 33 : event.deltaMode === 2 ? 300 : 1;
    const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.#meanings.pan((sideways * unit) / 1000);
    } else {
      // The fingers of a touchpad come as small steps with ctrl.
      const notches = (event.deltaY * unit) / (event.ctrlKey ? 20 : 100);
      this.#meanings.zoom(WHEEL_STEP ** Math.max(-4, Math.min(4, notches)), clip(this.#shareAt(event.clientX)));
    }
    this.#meanings.settled();
  }

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const action = keyAction(event.key, event.shiftKey, this.#meanings);
    if (action === null) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }
}

/** @param {string} key @param {boolean} isShifted @param {Meanings} meanings @returns {(() => void) | null} */
function keyAction(key, isShifted, meanings) {
  const settle = (action) => () => {
    action();
    meanings.settled();
  };
  switch (key) {
    case "ArrowLeft": return isShifted ? settle(() => meanings.pan(-PAN_STEP)) : () => meanings.step(-1);
    case "ArrowRight": return isShifted ? settle(() => meanings.pan(PAN_STEP)) : () => meanings.step(1);
    case "PageUp": return settle(() => meanings.pan(-0.9));
    case "PageDown": return settle(() => meanings.pan(0.9));
    case "ArrowUp": case "+": case "=": return settle(() => meanings.zoom(1 / 1.5, null));
    case "ArrowDown": case "-": return settle(() => meanings.zoom(1.5, null));
    case "Home": return () => meanings.end(-1);
    case "End": return () => meanings.end(1);
    case "Escape": return meanings.cancel;
    default: return null;
  }
}

const clip = (share) => Math.max(0, Math.min(1, share));

/** A share in the plot, null outside (over the value axis). */
function inside(share) {
  return share < 0 || share > 1 ? null : share;
}
