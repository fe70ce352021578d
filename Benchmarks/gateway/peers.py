"""The processes that a measurement needs: broker, gateway, the tools in C. Each on a loopback port of its own."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.request

PATIENCE_SECONDS = 60
MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, process):
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} has ended with {process.returncode}")
        time.sleep(0.05)
    raise RuntimeError(f"{process.args[0]} does not listen on {port}")


def stop(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def cpu_seconds(pid):
    """User and system time of all threads that are alive, to the nanosecond."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def resident_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0


class Bench:
    """Where things are, and how to start them."""

    def __init__(self, daemon, tools, folder):
        self.daemon = daemon
        self.tools = pathlib.Path(tools) if tools else None
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.runs = 0

    def tool(self, name):
        """Path of a tool in C; None when it was not built."""
        path = self.tools / name if self.tools else None
        return str(path) if path and path.exists() else None

    def missing(self, *names):
        """Why a row that needs these cannot be measured; None when they are all there."""
        absent = [name for name in names if not (shutil.which(MOSQUITTO) if name == "mosquitto" else self.tool(name))]
        return f"not there: {', '.join(absent)} (BENCH_TOOLS)" if absent else None

    def json_of(self, name, *arguments):
        """Runs a tool to its end; its one line of JSON."""
        done = subprocess.run([self.tool(name), *map(str, arguments)], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, check=False)
        return json.loads(done.stdout.strip().splitlines()[-1])

    def start_json_of(self, name, *arguments):
        return subprocess.Popen([self.tool(name), *map(str, arguments)], stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True)

    @contextlib.contextmanager
    def broker(self):
        port = free_port()
        path = self.folder / "mosquitto.conf"
        path.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n"
                        "max_inflight_messages 0\nlog_dest none\n", encoding="ascii")
        process = subprocess.Popen([MOSQUITTO, "-c", str(path)], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            wait_for_port(port, process)
            yield port
        finally:
            stop(process)

    @contextlib.contextmanager
    def floor(self, *arguments):
        """`limit`, the bare epoll loop."""
        port = free_port()
        process = subprocess.Popen([self.tool("limit"), "--port", str(port), *map(str, arguments)],
                                   stderr=subprocess.DEVNULL)
        try:
            wait_for_port(port, process)
            yield port, process.pid
        finally:
            stop(process)

    @contextlib.contextmanager
    def gateway(self, *arguments, mqtt=None, database=None):
        """telemetryd on a fresh database, or on the given one. Yields a Gateway."""
        self.runs += 1
        database = database or self.folder / f"run-{self.runs}.sqlite"
        words = [self.daemon, "--port", "0", "--database", str(database), "--log-level", "error", *map(str, arguments)]
        if not mqtt and "--simulate" not in arguments:
            words += ["--simulate", "idle", "--simulate-interval", "60s"]  # it will not run without any source
        if mqtt:
            words += ["--mqtt", f"mqtt://127.0.0.1:{mqtt}"]
        began = time.monotonic()
        process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env={**os.environ})
        try:
            ready = process.stdout.readline()
            yield Gateway(process, int(ready.rsplit(":", 1)[1]), began, database)
        finally:
            stop(process)
            if database.name.startswith("run-"):
                for path in self.folder.glob(database.name + "*"):
                    path.unlink()

    @contextlib.contextmanager
    def load(self, broker, *arguments):
        """`mqttload` publishing until the block ends."""
        process = self.start_json_of("mqttload", "--port", broker, "--secs", 3600, *arguments)
        try:
            yield process
        finally:
            stop(process)


class Gateway:
    def __init__(self, process, port, began, database):
        """It is ready now, and was started at `began` (monotonic)."""
        self.process = process
        self.pid = process.pid
        self.port = port
        self.began = began
        self.start_seconds = time.monotonic() - began
        self.database = database

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE_SECONDS) as answer:
            return answer.read().decode()

    def wait_quiet(self):
        """Until it has used less than 30 ms of CPU in a second and a half: the seconds from its start to then, and of
        CPU (asked for all the time, as those of a thread go with it)."""
        used, since = cpu_seconds(self.pid), time.monotonic()
        while time.monotonic() - since < 1.5:
            time.sleep(0.1)
            now = cpu_seconds(self.pid)
            if now > used + 0.03:
                used, since = now, time.monotonic()
        return since - self.began, used

    def metrics(self):
        """The figures of /metrics without labels, by name."""
        found = {}
        for line in self.get("/metrics").splitlines():
            words = line.split()
            if len(words) == 2 and not line.startswith("#") and "{" not in line:
                found[words[0]] = float(words[1])
        return found

    def committed(self):
        return self.metrics()["telemetryd_store_committed_readings_total"]

    def wait_committed(self, count):
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end and self.committed() < count:
            time.sleep(0.1)

    def wait_still(self, count):
        """Until so many are committed, or nothing more has come for three seconds: QoS 0 may lose some on its way."""
        before, since = self.committed(), time.monotonic()
        while before < count and time.monotonic() < since + 3:
            time.sleep(0.1)
            now = self.committed()
            before, since = now, time.monotonic() if now > before else since


def filled_database(bench, machines, readings):
    """A database as the gateway would have written it, made by SQL because that takes seconds."""
    path = bench.folder / f"full-{machines}x{readings}.sqlite"
    if path.exists():
        return path
    with bench.gateway("--history", readings, database=path):
        pass
    now = int(time.time() * 1000)
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA synchronous=OFF")
        db.execute("DELETE FROM machine")
        db.execute("DELETE FROM reading")
        db.executemany("INSERT INTO machine (id, name, first_seen) VALUES (?, ?, ?)",
                       ((one, f"machine{one}", now) for one in range(1, machines + 1)))

        def rows():
            for machine in range(1, machines + 1):
                for slot in range(readings):
                    sequence = slot or readings
                    time_of = now - (readings - sequence) * 100
                    yield (machine, slot, sequence, time_of, time_of, 1480 + sequence / 7, 120 + sequence / 13,
                           6 + sequence / 977)

        db.executemany("INSERT INTO reading (machine, slot, seq, timestamp, received, rpm, torque, pressure)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows())
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    # Only what the gateway itself has closed is taken on trust at the next start: this one checks and reads it all.
    with bench.gateway("--history", readings, database=path) as gateway:
        gateway.wait_quiet()
    return path
