const byId = (id) => document.getElementById(id);
const socket = io();

/** "register" for the display, "join" for a remote; null before the choice. */
let role = null;
let session = null;
/** [{id, title}]; the display's is the true one. */
let playlist = [];
/** The display's state. */
const player = { isPlaying: false, index: 0 };

function render() {
  byId("enter").hidden = role !== null;
  byId("display").hidden = role !== "register";
  byId("remote").hidden = role !== "join";
  byId("player").textContent = player.isPlaying ? "playing" : "paused";
  byId("playlist").replaceChildren(...playlist.map((item, index) => {
    const line = document.createElement("li");
    line.append(item.title);
    line.classList.toggle("playing", role === "register" && index === player.index);
    if (role === "join") {
      const button = document.createElement("button");
      button.textContent = `Remove ${item.title}`;
      button.addEventListener("click", () => tell("remove", item.id));
      line.append(" ", button);
    }
    return line;
  }));
}

const changes = {
  add(item) { playlist.push(item); },
  remove(id) {
    const index = playlist.findIndex((item) => item.id === id);
    if (index < 0) return;
    playlist.splice(index, 1);
    if (index < player.index) player.index -= 1;
    player.index = Math.max(0, Math.min(player.index, playlist.length - 1));
  },
  command(name) {
    if (name === "play" || name === "pause") player.isPlaying = name === "play";
    if (name === "next") player.index = Math.min(player.index + 1, Math.max(playlist.length - 1, 0));
    if (name === "previous") player.index = Math.max(player.index - 1, 0);
  },
};

/** Does it here, and has the others of the session do it. */
function tell(event, value) {
  changes[event](value);
  socket.emit(event, value);
  render();
}

for (const event of Object.keys(changes)) {
  socket.on(event, (value) => {
    changes[event](value);
    render();
  });
}

// The display gives its playlist to who asks for it.
socket.on("sync", () => { if (role === "register") socket.emit("upload", playlist); });
socket.on("download", (items) => {
  playlist = items;
  render();
});

function enter() {
  socket.emit(role, session, ({ ok, error }) => {
    byId("error").hidden = ok;
    byId("error").textContent = error ?? "";
    if (!ok) role = null;
    // A display that comes back brings its playlist to the remotes; a remote asks for it.
    else if (role === "join") socket.emit("sync");
    else socket.emit("upload", playlist);
    render();
  });
}

socket.on("connect", () => {
  byId("state").textContent = "connected";
  if (role) enter();
});
socket.on("disconnect", () => { byId("state").textContent = "reconnecting"; });

byId("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  role = event.submitter?.value ?? "join";
  session = byId("session").value;
  enter();
});
byId("add").addEventListener("submit", (event) => {
  event.preventDefault();
  tell("add", { id: crypto.getRandomValues(new Uint32Array(2)).join("-"), title: byId("title").value });
  byId("title").value = "";
});
for (const button of document.querySelectorAll("[data-command]")) {
  button.addEventListener("click", () => tell("command", button.dataset.command));
}
