import { byId, setText } from "../dom.js";
import { inputTime, momentOf, whyRefused } from "./words.js";

/** The form for messages and notes. */
export class Composer {
  #page;
  #form = byId("people-write");
  #text = byId("people-text");
  #pin = byId("people-pin");
  #moment = byId("people-moment");
  #answer = byId("people-answer");
  /** What the moment was filled with, ms since 1970. */
  #filled = null;
  #isSending = false;

  /** @param {any} page */
  constructor(page) {
    this.#page = page;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#form.requestSubmit();
    });
    this.#text.addEventListener("input", () => setText(this.#answer, ""));
    this.#pin.addEventListener("change", () => this.#turn());
    document.querySelector("#machine-view .trends")?.addEventListener("click", () => this.#point());
    page.keys.add("n", "note at the crosshair", () => this.#noteHere());
  }

  #turn() {
    this.#moment.disabled = !this.#pin.checked;
    if (this.#pin.checked) this.#fill(this.#page.moment ?? this.#page.session.now());
  }

  #fill(time) {
    this.#filled = time;
    this.#moment.value = inputTime(time);
  }

  /** A click into a chart, while a note is written, is its moment. */
  #point() {
    if (this.#pin.checked && this.#page.moment != null) this.#fill(this.#page.moment);
  }

  #noteHere() {
    if (this.#form.offsetParent === null) return false;
    this.#pin.checked = true;
    this.#turn();
    this.#text.focus();
    this.#form.scrollIntoView({ block: "nearest" });
    return true;
  }

  async #send() {
    const text = this.#text.value.trim();
    if (text === "" || this.#isSending) return;
    const message = { text, kind: "message" };
    if (this.#pin.checked) {
      const moment = momentOf(this.#moment.value, this.#filled);
      if (moment === null) {
        this.#say("The moment is no date and time.");
        this.#moment.focus();
        return;
      }
      Object.assign(message, { kind: "note", at: new Date(moment).toISOString() });
    }
    this.#isSending = true;
    const refusal = await this.#ask(message);
    this.#isSending = false;
    this.#say(refusal);
    if (refusal !== "" || this.#text.value.trim() !== text) return;
    this.#text.value = "";
    this.#pin.checked = false;
    this.#turn();
    this.#moment.value = "";
  }

  /** @returns {Promise<string>} why it was refused, "" when it was not */
  async #ask(message) {
    try {
      const answer = await this.#page.link.ask("chatMessage", message);
      return answer?.ok === true ? "" : whyRefused(answer);
    } catch {
      return "Not sent: there is no connection. The text stays here.";
    }
  }

  #say(text) {
    setText(this.#answer, text);
  }
}
