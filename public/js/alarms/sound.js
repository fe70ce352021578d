/** One sound for each new alarm, made here (no file), once the viewer has allowed it. */

/** Tones of each priority: Hz, and seconds they last. More urgent: higher, and more of them. */
const TONES = Object.freeze({
  urgent: [[880, 0.18], [660, 0.18], [880, 0.18], [660, 0.18], [880, 0.3]],
  high: [[784, 0.2], [587, 0.2], [784, 0.3]],
  medium: [[587, 0.2], [494, 0.3]],
  low: [[494, 0.3]],
});

/** Quiet enough not to hurt on headphones, loud enough for a hall's loudspeaker. */
const VOLUME = 0.35;

/** Sounds of alarms that come together follow each other; of a flood, no more than fills this (s) are played. */
const QUEUE_MAX = 4;

export class AlarmSound {
  #settings;
  #context = null;
  #onChange;
  /** When the last tone ends, by the clock of the context. */
  #until = 0;

  /** @param {{get: (name: string, fallback: any) => any, set: (name: string, value: any) => void}} settings
   *  @param {() => void} onChange */
  constructor(settings, onChange) {
    this.#settings = settings;
    this.#onChange = onChange;
    // Browsers let a page sound only after somebody has touched it: the first touch after a reload will do.
    for (const event of ["pointerdown", "keydown"]) {
      addEventListener(event, () => this.isWanted && this.#wake(), { capture: true, passive: true });
    }
    if (this.isWanted) this.#wake();
  }

  /** Whether the viewer has allowed it, now or before. */
  get isWanted() {
    return this.#settings.get("sound", false) === true;
  }

  /** Whether it would be heard: allowed by the viewer and by the browser. */
  get isReady() {
    return this.isWanted && this.#context?.state === "running";
  }

  /** For people. */
  get state() {
    if (!this.isWanted) return "off";
    return this.isReady ? "on" : "blocked";
  }

  /** The viewer's choice, from a click. @param {boolean} isWanted */
  allow(isWanted) {
    this.#settings.set("sound", isWanted);
    if (isWanted) this.#wake().then(() => this.#tones(TONES.low));
    this.#onChange();
  }

  /** @param {string} priority of the most urgent new alarm */
  play(priority) {
    if (!this.isReady) return;
    this.#tones(TONES[priority] ?? TONES.low);
  }

  async #wake() {
    const Context = globalThis.AudioContext;
    if (typeof Context !== "function") return;
    this.#context ??= new Context();
    if (this.#context.state !== "running") {
      this.#context.onstatechange = () => this.#onChange();
      await this.#context.resume().catch(() => {});
    }
    this.#onChange();
  }

  #tones(tones) {
    const context = this.#context;
    if (context === null || context.state !== "running") return;
    if (this.#until - context.currentTime > QUEUE_MAX) return;
    let at = Math.max(context.currentTime, this.#until + 0.1) + 0.02;
    for (const [frequency, seconds] of tones) {
      const oscillator = context.createOscillator();
      const gain = context.createGain();
      oscillator.frequency.value = frequency;
      oscillator.type = "triangle";
      // Without a ramp at both ends each tone begins and ends with a click.
      gain.gain.setValueAtTime(0, at);
      gain.gain.linearRampToValueAtTime(VOLUME, at + 0.015);
      gain.gain.setValueAtTime(VOLUME, at + seconds - 0.03);
      gain.gain.linearRampToValueAtTime(0, at + seconds);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(at);
      oscillator.stop(at + seconds);
      at += seconds + 0.04;
    }
    this.#until = at;
  }
}
