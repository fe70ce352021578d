// What our library offers one client, beyond the cases that python-socketio passes too. See Tests/PeerServer.

window.peerCases = {
  async "handshake"() {
    const socket = await connect("/", { auth: { name: "Zoë" }, query: { plant: "a&b" } });
    const known = await ask(socket, "handshake");
    same(known.address, "127.0.0.1");
    check(known.url.startsWith("/socket.io/?"), known.url);
    same([known.query.plant, known.query.EIO, known.query.transport], ["a&b", "4", transports[0]]);
    same(known.auth, { name: "Zoë" });
    same(known.headers["user-agent"], navigator.userAgent);
    same(known.headers.host, location.host);
    same(known.recovered, false);
  },

  async "the cookie comes back with the next connection"() {
    (await connect()).disconnect();
    const known = await ask(await connect(), "handshake");
    check(/^io=[\w-]{20}$/.test(known.headers.cookie), known.headers.cookie);
    same(document.cookie, "", "scripts do not see it");
  },

  async "the handshake is refused"() {
    const socket = make("/", { query: { refuse: "me" }, reconnection: false });
    const [error] = await next(socket, "connect_error");
    if (transports[0] === "polling") same([error.message, error.description], ["xhr poll error", 403]);
    else same(error.message, "websocket error");
    check(!socket.connected, "not connected");
  },

  async "a transport that is not offered"() {
    const socket = io("/", { path: "/strict/", transports: ["polling"], forceNew: true, reconnection: false });
    same((await next(socket, "connect_error"))[0].description, 400);
    const other = await connect("/", { path: "/strict/", transports: ["websocket"] });
    same(await ask(other, "echo", 1), 1, "a server of its own on the same port");
  },

  async "no namespace joined in time"() {
    const manager = new io.Manager(location.origin, { path: "/strict/", transports: ["websocket"], reconnection: false });
    await next(manager, "open");
    same((await next(manager, "close"))[0], "transport close");
  },

  async "middlewares of a namespace"() {
    const root = make("/");
    const socket = root.io.socket("/private");
    const [none] = await next(socket, "connect_error");
    same([none.message, none.data], ["no token", { code: 401, hints: ["say it"] }]);
    socket.auth = { token: "wrong" };
    socket.connect();
    const [wrong] = await next(socket, "connect_error");
    same([wrong.message, wrong.data], ["unknown token", undefined], "no data");
    socket.auth = { token: "open sesame" };
    socket.connect();
    await next(socket, "connect");
    same((await ask(socket, "data")).user, "Ali Baba");
    same(await ask(socket, "join", "hall"), ["admitted", "hall"], "a room joined in a middleware");
    same(await ask(root, "echo", 1), 1, "the other namespace never noticed");
  },

  async "dynamic namespaces by a pattern"() {
    const names = ["/room-", "/room-"].map(fresh);
    const root = await connect();
    await ask(root, "join", "namespace watchers");
    const told = [];
    root.on("new namespace", (name) => told.push(name));
    const [a, b] = names.map((name) => root.io.socket(name));
    await Promise.all([a, b].map((socket) => next(socket, "connect")));
    same((await ask(a, "whoami")).namespace, names[0]);
    const children = await ask(b, "children");
    check(names.every((name) => children.includes(name)), "both are there");
    await ask(root, "echo", 0);
    same(told.filter((name) => names.includes(name)).sort(), [...names].sort(), "the server was told");

    const mark = fresh("mark");
    const heard = [a, b].map((socket) => new Promise((resolve) => {
      socket.on("for all", (value) => value === mark && resolve(value));
    }));
    a.emit("tell all children", mark);
    same(await Promise.all(heard), [mark, mark], "by the parent");

    a.disconnect();
    // It leaves over the same connection as the question comes: the order is kept.
    check(!(await ask(b, "children")).includes(names[0]), "an empty one goes");
    const wrong = root.io.socket("/rooms");
    same((await next(wrong, "connect_error"))[0].message, "Invalid namespace");
  },

  async "dynamic namespaces by a function"() {
    const name = fresh("/tenant-");
    const root = make("/", { autoConnect: false });
    const socket = root.io.socket(name, { auth: { key: "?" } });
    const refused = next(socket, "connect_error");
    socket.connect();
    same((await refused)[0].message, "Invalid namespace");
    const key = `key of ${name.slice("/tenant-".length)}`;
    socket.auth = { key, refuse: 3 };
    socket.connect();
    same((await next(socket, "connect_error"))[0].data, { code: 3 }, "its middleware");
    socket.auth = { key };
    socket.connect();
    await next(socket, "connect");
    same((await ask(socket, "whoami")).namespace, name);
  },

  async "packet middleware"() {
    const socket = await connect();
    const log = listen(socket, "let through");
    const refused = next(socket, "refused");
    socket.emit("forbidden", 1);
    same(await refused, ["forbidden"]);
    same(await ask(socket, "echo", "still here"), "still here");
    same(log, []);
  },

  async "catch-all listeners of the server"() {
    const socket = await connect();
    await ask(socket, "listen to all");
    socket.emit("nobody knows", 1, { bytes: new Uint8Array([1, 2]) });
    socket.emit(7, "a number for a name");
    socket.emit("say", "x");
    const { heard, told } = await ask(socket, "heard");
    same(heard, [["nobody knows", 1, { bytes: { bytes: [1, 2] } }], ["7", "a number for a name"], ["say", "x"]]);
    same(told, [["said", "x"]]);
  },

  async "events named by numbers"() {
    const socket = await connect();
    const got = next(socket, "7");
    await ask(socket, "join", "seven");
    socket.emit("tell", { to: ["seven"], withMe: true }, { event: "7", values: ["text"] });
    same(await got, ["text"], "JavaScript's events have texts for names");
  },

  async "ten attachments and no more"() {
    const watching = await watcher();
    const socket = await settled();
    const pieces = (count) => Array.from({ length: count }, (_, index) => ({ at: [new Uint8Array([index, 255])] }));
    same(await ask(socket, "echo", pieces(10)), pieces(10), "acknowledgement");
    const said = next(socket, "said");
    socket.emit("say", "head", pieces(10), "tail");
    same(await said, ["head", pieces(10), "tail"], "event");
    const left = departure(watching, socket.id);
    const gone = next(socket, "disconnect");
    socket.emit("say", pieces(11));
    // Over polling the attachments are a request of their own behind the packet that ends the session: whether the
    // client hears first of its end or of that request's refusal is a race between its two connections.
    const reasons = transports.includes("websocket") ? ["transport close"] : ["transport close", "transport error"];
    const [reason] = await gone;
    check(reasons.includes(reason), reason);
    same((await left).reason, "limit exceeded");
  },

  async "binary questions and answers"() {
    const socket = await connect();
    socket.on("question", (question, answer) => answer({ got: question, more: [new Uint8Array([3]).buffer] }, new Uint8Array(0)));
    const question = { deep: [[new Uint8Array([1])], new Uint8Array([2, 2])] };
    const answers = await new Promise((resolve) => socket.emit("ask me", question, (...values) => resolve(values)));
    same(answers, [{ got: question, more: [{ bytes: [3] }] }, { bytes: [] }]);
  },

  async "an answer counts once"() {
    const socket = await connect();
    const answers = [];
    socket.emit("answer twice", (value) => answers.push(value));
    await ask(socket, "echo", 0);
    same(answers, ["first"]);
    const expected = collect(socket, "expected", 2);
    socket.emit("expects");
    socket.emit("expects", () => {});
    same(await expected, [false, true], "the server knows who waits");
    socket.on("question", (answer) => { answer(1); answer(2); });
    same(await ask(socket, "ask me"), 1);
  },

  async "the server asks for a limited time"() {
    const socket = await connect();
    const answered = new Promise((resolve) => socket.on("question", (value, answer) => resolve(answer)));
    same(await ask(socket, "ask me within", 50, 1), { error: "timed out" });
    (await answered)("too late");
    same(await ask(socket, "echo", "still here"), "still here", "nobody waits for that, nobody minds");
    socket.off("question").on("question", (value, answer) => answer(value + 1, "more"));
    same(await ask(socket, "ask me within", 15000, 1), { answer: [2, "more"] });
  },

  async "large messages, compressed or not"() {
    const socket = await connect();
    const text = "The same again and again. ".repeat(600);
    const noise = crypto.getRandomValues(new Uint8Array(10_000));
    same(await ask(socket, "echo", text), text);
    same(await ask(socket.compress(false), "echo", text), text);
    same(await ask(socket, "echo", noise), noise);
    for (const compress of [true, false]) {
      const got = next(socket, "note");
      socket.emit("tell me", { event: "note", values: [text, noise], compress });
      same(await got, [text, noise]);
    }
  },

  async "volatile events of the server"() {
    const socket = await settled();
    let isThere = false;
    socket.on("fleeting", (value) => { isThere = value === "now"; });
    // Over WebSocket it comes at once. Over polling only while a request is held, which the client cannot see.
    for (let round = 0; round < 1000 && !isThere; round++) {
      await ask(socket, "tell me", { event: "fleeting", values: ["now"], volatile: true });
      if (socket.io.engine.transport.name === "websocket") check(isThere, "comes at once");
    }
    check(isThere, "comes");
  },

  async "too large a message"() {
    const watching = await watcher();
    const socket = await settled();
    const left = departure(watching, socket.id);
    const gone = next(socket, "disconnect");
    const back = gone.then(() => next(socket, "connect"));
    socket.emit("echo", "x".repeat(20_001)); // the server takes 20,000 bytes
    const isPolling = socket.io.engine.transport.name === "polling";
    same((await gone)[0], isPolling ? "transport error" : "transport close");
    const { reason } = await left;
    // Over polling the server answers 413 and waits: the client goes by itself, with a word or without.
    check(isPolling ? ["transport close", "transport error"].includes(reason) : reason === "transport error", reason);
    await back;
    same(await ask(socket, "echo", "back"), "back");
  },

  async "recovery of what was missed"() {
    const options = { path: "/recovery/", reconnection: false };
    const room = fresh("room");
    const socket = await settled("/", options);
    const other = await watcher(options);
    await ask(socket, "join", room);
    await ask(socket, "remember", "colour", "blue");
    const tell = (audience, ...values) => ask(other, "tell", audience, { event: "note", values });
    const first = next(socket, "note");
    await tell({ to: [room] }, "before");
    same((await first)[0], "before");

    const id = socket.id;
    const left = departure(other, id);
    socket.io.engine.close();
    same(await left, { reason: "transport close", before: [room], after: [] });
    await tell({ to: [room] }, "to the room");
    await tell({ to: ["another room"] }, "to others");
    await ask(other, "tell", { to: [room] }, { event: "note", values: ["volatile"], volatile: true });
    await tell({ to: [room], except: [id] }, "to all but it");
    await tell({ to: [id] }, "to it alone", new Uint8Array([1, 2, 3]));

    const log = [];
    socket.on("note", (...values) => log.push(values.slice(0, -1)));
    socket.on("connect", () => log.push("connect"));
    socket.connect();
    await next(socket, "connect");
    same(log, [["to the room"], ["to it alone", { bytes: [1, 2, 3] }], "connect"], "all of it, before it is connected");
    check(socket.recovered && socket.id === id, "the same socket");
    same((await ask(socket, "handshake")).recovered, true, "the server knows");
    same((await ask(socket, "data")).colour, "blue", "data");
    const after = next(socket, "note");
    await tell({ to: [room] }, "after");
    same((await after)[0], "after", "rooms");
    same(log.length, 4, "nothing twice");

    socket.disconnect().connect();
    await next(socket, "connect");
    check(!socket.recovered && socket.id !== id, "who said good-bye begins anew");
  },

  async "recovery again and again, idle too"() {
    const socket = await settled("/", { path: "/recovery/" });
    const id = socket.id;
    for (let round = 0; round < 3; round++) {
      const back = next(socket, "disconnect").then(() => next(socket, "connect"));
      socket.io.engine.close();
      await back;
      check(socket.recovered && socket.id === id, `round ${round}`);
    }
  },
};
