// What the cases share. A wait that fails says what it waited for; `transports` is set by the test.

const PATIENCE_MS = 15000;

/** The values of the next `name` event of `emitter`. */
function next(emitter, name) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`"${name}" did not come`)), PATIENCE_MS);
    emitter.once(name, (...values) => {
      clearTimeout(timer);
      resolve(values);
    });
  });
}

/** The first `count` values of `name` events, one each. */
function collect(emitter, name, count) {
  return new Promise((resolve, reject) => {
    const values = [];
    const timer = setTimeout(() => reject(new Error(`${values.length} of ${count} "${name}" came`)), PATIENCE_MS);
    emitter.on(name, (value) => {
      values.push(value);
      if (values.length < count) return;
      clearTimeout(timer);
      resolve(values);
    });
  });
}

function ask(socket, ...values) {
  return socket.timeout(PATIENCE_MS).emitWithAck(...values);
}

function make(namespace, options) {
  return io(namespace, { transports: window.transports, forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 80, ...options });
}

async function connect(namespace = "/", options = {}) {
  const socket = make(namespace, options);
  await next(socket, "connect");
  return socket;
}

/** Connected, and on the last of the transports asked for. */
async function settled(namespace, options) {
  const socket = make(namespace, options);
  const connected = next(socket, "connect");
  const wanted = window.transports[window.transports.length - 1];
  await next(socket.io, "open");
  if (socket.io.engine.transport.name !== wanted) await next(socket.io.engine, "upgrade");
  await connected;
  return socket;
}

/** A name that no other case has. */
function fresh(name) {
  return `${name} ${Math.random().toString(36).slice(2)}`;
}

/** Everything of these events from now on, as [name, ...values]. */
function listen(socket, ...names) {
  const log = [];
  for (const name of names) socket.on(name, (...values) => log.push([name, ...values]));
  return log;
}

/** What "gone" says to a watcher of `id`, with the rooms that "going" said. */
function departure(watcher, id) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("nobody went")), PATIENCE_MS);
    let rooms;
    watcher.on("going", (told) => { if (told.id === id) rooms = told.rooms; });
    watcher.on("gone", (told) => {
      if (told.id !== id) return;
      clearTimeout(timer);
      resolve({ reason: told.reason, before: rooms, after: told.rooms });
    });
  });
}

async function watcher(options) {
  const socket = await connect("/", options);
  await ask(socket, "watch");
  return socket;
}

/** Sends a Socket.IO packet as it stands: of the two clients only ours wants the Engine.IO type before it. */
function sendRaw(socket, packet) {
  socket.io.engine.write(window.clientKind === "official" ? packet : "4" + packet);
}

function check(condition, what) {
  if (!condition) throw new Error(`not so: ${what}`);
}

function same(found, expected, what = "value") {
  const [a, b] = [JSON.stringify(plain(found)), JSON.stringify(plain(expected))];
  if (a !== b) throw new Error(`${what}: ${a} instead of ${b}`);
}

/** Binary as {bytes: […]}, so that JSON compares it. */
function plain(value) {
  if (value instanceof ArrayBuffer) return { bytes: [...new Uint8Array(value)] };
  if (ArrayBuffer.isView(value)) return { bytes: [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)] };
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
  }
  return value;
}

// Playwright runs what it adds to a page inside of a function: what the tests call themselves has to be put outside.
Object.assign(window, { next, collect, ask, make, connect, settled, fresh, listen, departure, watcher, check, same });
