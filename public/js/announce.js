import { byId } from "./dom.js";

/** What is said to people who listen to the page: changes of state and answers to what they did, never samples. */
export class Announcer {
  #polite = byId("say");
  #alert = byId("alarm-say");

  /** When there is a pause. @param {string} text */
  say(text) {
    speak(this.#polite, text);
  }

  /** At once: only for new alarms. @param {string} text */
  alarmSay(text) {
    speak(this.#alert, text);
  }
}

/** The same text twice is said twice: an unchanged region is silent. */
function speak(region, text) {
  region.textContent = "";
  requestAnimationFrame(() => {
    region.textContent = text;
  });
}
