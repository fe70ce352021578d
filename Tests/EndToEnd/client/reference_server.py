"""python-socketio as an independent server for the browser clients: reference_server.py PORT CLIENT [PING TIMEOUT]

Serves an empty page at / that loads the client under test from CLIENT, a file. Ready when it has printed a line.
"""

import sys

import engineio.payload
import socketio
from aiohttp import StreamReader, web

# Neither client splits by number of packets; the default of 16 would end a burst over polling.
engineio.payload.Payload.max_decode_packets = 10_000

# python-engineio takes what one read() of a POST's body gives, and aiohttp may give only the part that has come so far.
read_some = StreamReader.read


async def read_all(self, count=-1):
    data = await read_some(self, count)
    while data and len(data) < count and (more := await read_some(self, count - len(data))):
        data += more
    return data


StreamReader.read = read_all

PAGE = '<!doctype html><link rel="icon" href="data:,"><title>client</title><script src="/client.js"></script>'


def make_server(ping_interval, ping_timeout):
    server = socketio.AsyncServer(
        async_mode="aiohttp",
        ping_interval=ping_interval,
        ping_timeout=ping_timeout,
        namespaces=["/", "/a", "/b"],
        max_http_buffer_size=20_000,
    )
    for namespace in ("/", "/a", "/b"):
        add_handlers(server, namespace)
    return server


def add_handlers(server, namespace):
    received = {}

    @server.on("connect", namespace=namespace)
    async def connect(sid, environ, auth):
        if auth and "refuse" in auth:
            raise socketio.exceptions.ConnectionRefusedError("Not authorized", {"code": auth["refuse"]})
        received[sid] = []
        await server.save_session(sid, {"auth": auth, "query": environ["QUERY_STRING"]}, namespace=namespace)

    @server.on("whoami", namespace=namespace)
    async def whoami(sid):
        session = await server.get_session(sid, namespace=namespace)
        return {"namespace": namespace, "sid": sid, **session}

    @server.on("echo", namespace=namespace)
    async def echo(sid, *values):
        return values

    @server.on("say", namespace=namespace)
    async def say(sid, *values):
        await server.emit("said", values, to=sid, namespace=namespace)

    @server.on("item", namespace=namespace)
    async def item(sid, value):
        received[sid].append(len(value) if isinstance(value, bytes) else value)

    @server.on("items", namespace=namespace)
    async def items(sid):
        return received[sid]

    @server.on("burst", namespace=namespace)
    async def burst(sid, count):
        for number in range(count):
            value = bytes(number % 300) if number % 3 == 0 else number
            await server.emit("item", value, to=sid, namespace=namespace)

    @server.on("ask me", namespace=namespace)
    async def ask_me(sid, *values):
        return await server.call("question", values, to=sid, namespace=namespace)

    @server.on("kick me", namespace=namespace)
    async def kick_me(sid):
        await server.disconnect(sid, namespace=namespace)

    @server.on("cut me", namespace=namespace)
    async def cut_me(sid):
        await server.eio.disconnect(server.manager.eio_sid_from_sid(sid, namespace))

    @server.on("garble", namespace=namespace)
    async def garble(sid):
        await server.eio.send(server.manager.eio_sid_from_sid(sid, namespace), '2["open')


def main(port, client, ping_interval="25", ping_timeout="20"):
    async def script(_):
        return web.FileResponse(client, headers={"Content-Type": "application/javascript"})

    async def page(_):
        return web.Response(text=PAGE, content_type="text/html")

    async def ready(_):
        print("ready", flush=True)

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/client.js", script)
    make_server(float(ping_interval), float(ping_timeout)).attach(app)
    app.on_startup.append(ready)
    web.run_app(app, host="127.0.0.1", port=int(port), print=None, handle_signals=True, shutdown_timeout=0.1)


if __name__ == "__main__":
    main(*sys.argv[1:])
