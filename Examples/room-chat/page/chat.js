const byId = (id) => document.getElementById(id);

let socket = null;
/** What we asked for last, {roomName, username}: a server that was restarted knows nothing of it. */
let wish = null;

function show({ sender, text }) {
  const line = document.createElement("li");
  const name = document.createElement("b");
  name.textContent = `${sender}: `;
  line.append(name, text);
  byId("messages").append(line);
  line.scrollIntoView({ block: "nearest" });
}

function showRoom(room, count) {
  byId("current-room").textContent = room ?? "none";
  byId("count").textContent = count;
}

function join() {
  byId("ask").hidden = true;
  socket.emit("joinRoom", wish, ({ room }) => { byId("current-room").textContent = room; });
}

function connected() {
  byId("state").textContent = "connected";
  if (!wish) return;
  if (byId("again").checked) return join();
  byId("ask-room").textContent = wish.roomName;
  byId("ask").hidden = false;
}

function disconnected() {
  byId("state").textContent = "reconnecting";
  byId("ask").hidden = true;
  showRoom(null, 0);
}

/** A connection of its own for each namespace, so that the one before ends with all it was in. */
function connect(namespace) {
  socket?.off();
  socket?.disconnect();
  wish = null;
  socket = io(namespace, { forceNew: true });
  byId("state").textContent = "connecting";
  showRoom(null, 0);
  socket.on("connect", connected);
  socket.on("disconnect", disconnected);
  socket.on("message", show);
  socket.on("roomCountUpdate", ({ room, count }) => showRoom(room, count));
}

connect(byId("namespace").value);
byId("namespace").addEventListener("change", () => connect(byId("namespace").value));

byId("join").addEventListener("submit", (event) => {
  event.preventDefault();
  wish = { roomName: byId("room").value, username: byId("username").value };
  if (socket.connected) join();
});

byId("yes").addEventListener("click", join);
byId("no").addEventListener("click", () => {
  wish = null;
  byId("ask").hidden = true;
});

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  socket.emit("chatMessage", byId("text").value);
  byId("text").value = "";
});
