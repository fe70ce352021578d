"""Interface section 6 as far as it goes today: files, health, machines, readings, and the shared connection."""

import hashlib
import http.client
import json
import re
import socket

import pytest

from daemon import VENDOR, parse_keys
from waiting import PATIENCE, until


@pytest.fixture
def simulated(daemon):
    one = daemon("--simulate", "machineA,machineB", "--simulate-interval", "20ms", "--simulate-seed", "7")
    one.wait_seq("machineA", 20)
    one.wait_seq("machineB", 20)
    return one


def test_dashboard_and_its_files(simulated):
    answer = simulated.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"].lower() == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy or "default-src 'none'" in policy
    assert "unsafe-eval" not in policy and "unsafe-inline" not in policy.split("style-src")[0]
    assert simulated.get("/index.html").content == answer.content
    found = re.findall(r'(?:src|href)="([^"#:]+\.(?:js|css|mjs))"', answer.text)
    assert found
    types = {"js": "javascript", "mjs": "javascript", "css": "text/css"}
    for path in found:
        file = simulated.get("/" + path.lstrip("./"))
        assert file.status_code == 200, path
        assert types[path.rsplit(".", 1)[1]] in file.headers["content-type"], path
        assert file.headers["x-content-type-options"] == "nosniff"


def test_entity_tag_saves_the_second_transfer(simulated):
    for path in ("/", "/styles.css", "/socket.io/socket.io.js"):
        first = simulated.get(path)
        tag = first.headers["etag"]
        again = simulated.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b""), path
        weak = simulated.get(path, headers={"If-None-Match": "W/" + tag.removeprefix("W/")})
        assert weak.status_code == 304, path
        assert simulated.get(path, headers={"If-None-Match": '"other"'}).content == first.content


@pytest.mark.parametrize(
    "target",
    [
        "/../Package.swift",
        "/..%2fPackage.swift",
        "/%2e%2e/Package.swift",
        "/.git/config",
        "//etc/passwd",
        "/%00",
        "/no-such",
    ],
)
def test_nothing_outside_the_folder_is_served(simulated, target):
    # Below requests and http.client, which would tidy the path up.
    with socket.create_connection(("127.0.0.1", simulated.port), timeout=PATIENCE) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert re.match(rb"HTTP/1\.1 40[04] ", answer), answer[:200]
    assert b"swift-tools-version" not in answer


def test_head_and_wrong_method(simulated):
    connection = http.client.HTTPConnection("127.0.0.1", simulated.port, timeout=PATIENCE)
    connection.request("HEAD", "/")
    answer = connection.getresponse()
    assert answer.status == 200 and answer.read() == b"" and int(answer.headers["content-length"]) > 0
    connection.request("DELETE", "/api/machines")
    refused = connection.getresponse()
    assert refused.status == 405
    assert "GET" in refused.headers["allow"]


def test_health(simulated):
    answer = simulated.get("/healthz")
    assert answer.status_code == 200
    assert isinstance(answer.json(), dict)


def test_machines(simulated):
    entries = simulated.get("/api/machines").json()
    assert [entry["machine"] for entry in entries] == ["machineA", "machineB"]
    for entry in entries:
        assert entry["state"] == "live"
        assert entry["lastSeq"] >= 20
        assert entry["latest"]["seq"] == entry["lastSeq"]
        assert entry["latest"]["machine"] == entry["machine"]


def test_readings(simulated):
    answer = simulated.get("/api/machines/machineA/readings?limit=5")
    assert answer.headers["content-type"].startswith("application/json")
    assert parse_keys(answer.text) == ["machine", "epoch", "firstSeq", "nextSeq", "lost", "readings"]
    body = answer.json()
    seqs = [reading["seq"] for reading in body["readings"]]
    assert len(seqs) == 5
    assert seqs == list(range(body["nextSeq"] - 5, body["nextSeq"]))
    newest = re.search(r'"readings":\[.*(\{[^{}]*\})\]', answer.text)[1]
    assert parse_keys(newest) == ["machine", "seq", "timestamp", "rpm", "torque", "pressure"]


def test_readings_since(simulated):
    last = simulated.last_seq("machineA")
    body = simulated.readings("machineA", since=last - 3)
    seqs = [reading["seq"] for reading in body["readings"]]
    assert seqs == list(range(last - 2, body["nextSeq"]))
    assert body["lost"] == 0
    assert simulated.readings("machineA", since=10**9)["readings"] == []


def test_readings_tell_what_is_lost(daemon):
    one = daemon("--simulate", "a", "--simulate-interval", "5ms", "--history", "10")
    one.wait_seq("a", 40)
    body = one.readings("a", since=5)
    first = body["readings"][0]["seq"]
    assert len(body["readings"]) == 10
    assert body["firstSeq"] == first
    assert body["lost"] == first - 6


@pytest.mark.parametrize("path, status", [("/api/machines/nobody/readings", 404), ("/api/nothing", 404)])
def test_errors_are_problem_documents(simulated, path, status):
    answer = simulated.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["status"] == status
    assert answer.json()["title"]


@pytest.mark.parametrize("query", ["limit=x", "limit=-1", "since=x"])
def test_bad_query_is_refused_with_its_name(simulated, query):
    answer = simulated.get(f"/api/machines/machineA/readings?{query}")
    assert answer.status_code == 400
    assert query.split("=")[0] in answer.json()["detail"]


def test_browser_client_official_or_own(daemon, client_files):
    one = daemon("--simulate", "a", env=client_files)
    for name in ("socket.io.js", "socket.io.min.js"):
        answer = one.get(f"/socket.io/{name}?v=1")
        assert answer.status_code == 200
        assert answer.headers["content-type"].lower() == "application/javascript; charset=utf-8"
        assert answer.headers["cache-control"] == "public, max-age=0"
        official = VENDOR / name if (VENDOR / name).exists() else VENDOR / "socket.io.min.js"
        is_official = hashlib.sha256(answer.content).digest() == hashlib.sha256(official.read_bytes()).digest()
        assert is_official == (client_files["TELEMETRYD_VENDOR"] == str(VENDOR))


class KeepAlive:
    """One TCP connection for several requests; fails if the server closes it in between."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.connection.connect()
        self.socket = self.connection.sock

    def ask(self, method, path, body=None):
        self.connection.request(method, path, body)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        assert self.connection.sock is self.socket, "the connection was closed"
        return answer.status, text


def poll_handshake(ask):
    status, text = ask("GET", "/socket.io/?EIO=4&transport=polling")
    assert status == 200
    sid = json.loads(text.removeprefix("0"))["sid"]
    path = f"/socket.io/?EIO=4&transport=polling&sid={sid}"
    assert ask("POST", path, "40/machines,") == (200, "ok")
    return path


def next_message(ask, path, wanted):
    """Polls until a packet with this text in it comes."""

    def look():
        status, text = ask("GET", path)
        assert status == 200
        return next((packet for packet in text.split("\x1e") if wanted in packet), None)

    return until(look, f"a packet with {wanted}")


def test_one_connection_carries_pages_and_polling_in_any_order(simulated):
    """A keep-alive connection that fetched the page and then polls, and so on in turn."""
    wire = KeepAlive(simulated.port)
    assert wire.ask("GET", "/index.html")[0] == 200
    path = poll_handshake(wire.ask)
    next_message(wire.ask, path, '40/machines,{"sid"')
    assert wire.ask("GET", "/api/machines")[0] == 200
    assert wire.ask("POST", path, '42/machines,7["joinRoom","machineA"]') == (200, "ok")
    assert '"ok":true' in next_message(wire.ask, path, "43/machines,7[")
    assert wire.ask("GET", "/styles.css")[0] == 200
    next_message(wire.ask, path, '"machineData"')
    assert wire.ask("GET", "/no-such")[0] == 404
    next_message(wire.ask, path, '"machineData"')


def test_one_connection_that_polls_first(simulated):
    wire = KeepAlive(simulated.port)
    path = poll_handshake(wire.ask)
    assert wire.ask("GET", "/")[0] == 200
    next_message(wire.ask, path, '40/machines,{"sid"')
    assert wire.ask("GET", "/socket.io/socket.io.js")[0] == 200
    assert wire.ask("GET", "/socket.io/?EIO=4&transport=nothing")[0] == 400
    assert wire.ask("GET", "/healthz")[0] == 200


def test_pipelined_requests_of_both_kinds_are_answered_in_order(simulated):
    paths = ["/healthz", "/socket.io/?EIO=4&transport=polling", "/styles.css", "/socket.io/?EIO=4&transport=polling"]
    with socket.create_connection(("127.0.0.1", simulated.port), timeout=PATIENCE) as connection:
        for path in paths[:-1]:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        connection.sendall(f"GET {paths[-1]} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    kinds = re.findall(rb"(?im)^content-type: ([a-z/+-]+)", answer)
    assert len(re.findall(rb"HTTP/1\.1 200 ", answer)) == 4, answer[:500]
    assert kinds[1] == kinds[3] == b"text/plain"
    assert kinds[2] == b"text/css"
