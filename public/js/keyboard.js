/** The single keys of the page. Pure but for the event it is given. */

/** Elements that use letters themselves. */
const TEXT = /^(INPUT|TEXTAREA)$/;

/** Elements that Space and Enter press, open or scroll. */
const PRESSED = /^(BUTTON|A|SELECT|SUMMARY|INPUT|TEXTAREA)$/;

/** Names for people, where the key's own name is none. */
const NAMES = { " ": "Space", Escape: "Esc", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };

/** @typedef {{key: string, name: string, description: string, handler: (event: KeyboardEvent) => unknown}} Shortcut */

export class Keys {
  /** @type {Shortcut[]} */
  #shortcuts = [];
  /** Off for viewers whose speech input or own keys get in the way (WCAG 2.1.4). */
  isOn = true;

  /**
   * @param {string} key as in KeyboardEvent.key
   * @param {string} description for the list of keys
   * @param {(event: KeyboardEvent) => unknown} handler false: not for me, the key goes on to whoever added it before
   */
  add(key, description, handler) {
    const name = NAMES[key] ?? key;
    this.#shortcuts.push({ key, name, description, handler });
  }

  /** All of them, in the order they were added. @returns {readonly Shortcut[]} */
  get list() {
    return this.#shortcuts;
  }

  /** @param {KeyboardEvent} event of the whole page */
  handle(event) {
    if (event.defaultPrevented || event.isComposing) return;
    // On many keyboards the brackets need AltGr, which looks like Ctrl+Alt.
    const isChord = (event.ctrlKey || event.altKey || event.metaKey) && !event.getModifierState("AltGraph");
    if (isChord || isForElement(event)) return;
    // Esc is no character: it stays when the single keys are switched off.
    if (!this.isOn && event.key !== "Escape") return;
    for (const shortcut of [...this.#shortcuts].reverse()) {
      if (shortcut.key !== event.key) continue;
      if (shortcut.handler(event) === false) continue;
      event.preventDefault();
      return;
    }
  }
}

/** Whether the element with the focus wants this key for itself. */
function isForElement({ key, target }) {
  if (target === null || target.tagName === undefined) return false;
  // A dialog that has just been closed may keep the focus until the next frame.
  if ((target.closest?.("dialog[open]") ?? null) !== null) return true;
  if (key === "Escape") return false;
  if (target.isContentEditable || TEXT.test(target.tagName)) return !isToggle(target) || key === " ";
  if (target.tagName === "SELECT" && key !== "[" && key !== "]" && key !== "?") return true;
  return (key === " " || key === "Enter") && (PRESSED.test(target.tagName) || target.getAttribute("role") === "button");
}

function isToggle(target) {
  return target.tagName === "INPUT" && /^(checkbox|radio|button|range)$/.test(target.type);
}
