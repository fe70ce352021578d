import { byId, setText } from "../dom.js";
import { formatTime } from "../format.js";
import { Composer } from "./composer.js";
import { MessageLog } from "./log.js";
import { meOf } from "./me.js";
import { describeRoom, rangeAround, shortTime } from "./words.js";

/** Who watches a machine, and what they say. @param {Element} root @param {any} page */
export function mount(root, page) {
  void root;
  const panel = new Panel(page);
  return { draw: (now) => panel.draw(now) };
}

class Panel {
  #page;
  #me;
  #log = new MessageLog();
  /** Who is in the room. @type {any} */
  #room = null;
  #list = byId("people-log");
  #none = byId("people-none");
  #watching = byId("people-watching");
  #name = byId("people-name");
  #drawn = { version: -1, day: "" };

  constructor(page) {
    this.#page = page;
    this.#me = meOf(page);
    new Composer(page);
    this.#followName();
    page.link.on("message", (message) => this.#take(message));
    page.link.on("roomUsers", (room) => this.#takeRoom(room));
    page.session.onJoined(({ machine }) => this.#joined(machine));
    // The first join was most likely before this was loaded.
    if (page.session.machine !== null) {
      this.#log.show(page.session.machine);
      this.#joined(page.session.machine);
      this.#askWhoIsThere();
    }
  }

  /** @param {number} now ms since 1970 */
  draw(now) {
    const { machine } = this.#page.session;
    this.#log.show(machine);
    if (this.#room !== null && this.#room.machine !== machine) this.#room = null;
    setText(this.#watching, describeRoom(this.#room, this.#me.name));
    const day = new Date(now).toDateString();
    if (this.#drawn.version === this.#log.version && this.#drawn.day === day) return;
    this.#drawn = { version: this.#log.version, day };
    this.#drawLines(now);
    this.#page.markers.set("people", this.#log.markers);
  }

  #drawLines(now) {
    const list = this.#list;
    const isAtEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 8;
    list.replaceChildren(...this.#log.lines.map((line) => this.#line(line, now)));
    list.hidden = this.#log.lines.length === 0;
    this.#none.hidden = !list.hidden;
    // Whoever reads what was said before is not pulled away from it.
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }

  #line({ sender, text, timestamp, kind, at }, now) {
    const line = document.createElement("li");
    line.dataset.kind = kind ?? "message";
    const time = document.createElement("time");
    time.dateTime = timestamp;
    time.textContent = shortTime(Date.parse(timestamp), now);
    const said = document.createElement("p");
    if (kind !== "notice") {
      const who = document.createElement("strong");
      who.textContent = sender;
      said.append(who, " ");
    }
    if (at !== undefined) said.append(this.#moment(Date.parse(at), kind, now), " ");
    said.append(text);
    line.append(time, said);
    return line;
  }

  /** A link that shows the moment in the charts. */
  #moment(time, kind, now) {
    const { place, session } = this.#page;
    const link = document.createElement("a");
    link.className = "people-moment";
    link.href = place.href("machine", { machine: session.machine, ...rangeAround(time, now) });
    const isToday = new Date(time).toDateString() === new Date(now).toDateString();
    const clock = isToday ? formatTime(time) : shortTime(time, now);
    link.textContent = `${kind === "note" ? "note at" : "at"} ${clock}`;
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      place.set(rangeAround(time, session.now()), { push: true });
      document.querySelector("#machine-view .trends")?.scrollIntoView({ block: "nearest" });
    });
    return link;
  }

  #take(message) {
    if (!this.#log.take(message)) return;
    const isOthers = message.kind !== "notice" && message.sender !== (this.#me.name ?? "");
    if (isOthers) this.#page.say(`${message.sender}: ${message.text}`);
    this.#page.redraw();
  }

  #takeRoom(room) {
    if (!Array.isArray(room?.users) || room.machine !== this.#page.session.machine) return;
    this.#room = room;
    this.#page.redraw();
  }

  async #joined(machine) {
    this.#log.show(machine);
    const { ok, body } = await this.#page.api(`/api/machines/${encodeURIComponent(machine)}/messages`);
    if (!ok) return;
    this.#log.fill(machine, body);
    this.#page.redraw();
  }

  /** Joining again tells it; the readings that come with it are none. */
  #askWhoIsThere() {
    const { link, session } = this.#page;
    if (link.isUp) link.send("joinRoom", { machine: session.machine, history: 0, username: this.#me.name });
  }

  #followName() {
    const form = byId("people-me");
    const answer = byId("people-name-answer");
    const fill = () => (this.#name.value = this.#me.name ?? "");
    const save = () => setText(answer, this.#me.choose(this.#name.value));
    fill();
    this.#page.settings.onChange("username", () => document.activeElement !== this.#name && fill());
    this.#name.addEventListener("change", save);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      save();
      if (answer.textContent === "") this.#page.say(this.#me.name === null ? "You are a guest" : "Name saved");
    });
  }
}
