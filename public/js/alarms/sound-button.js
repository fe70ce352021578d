import { setAttribute, setText } from "../dom.js";

const TEXTS = {
  on: "Sound is on",
  off: "Sound is off",
  blocked: "Sound waits for a touch",
};

/** @param {Element} button @param {import("./sound.js").AlarmSound} sound */
export function drawSoundButton(button, sound) {
  setText(button, TEXTS[sound.state]);
  setAttribute(button, "aria-pressed", String(sound.isWanted));
  const blocked = "The browser keeps the page silent until it is touched once.";
  setAttribute(button, "title", sound.state === "blocked" ? blocked : "One sound for each new alarm");
}
