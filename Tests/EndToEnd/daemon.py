"""The built telemetryd as a process under test."""

import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time

import requests

from waiting import PATIENCE, Log, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXECUTABLE = ROOT / os.environ.get("TELEMETRYD_EXECUTABLE", ".build/release/telemetryd")
VENDOR = pathlib.Path(os.environ.get("TELEMETRYD_VENDOR", ROOT / ".build/vendor/socket.io"))

# Where the page under test is, when it is not beside the executable: for work on it with a daemon built elsewhere.
PUBLIC = {name: value for name, value in os.environ.items() if name == "TELEMETRYD_PUBLIC"}

READY = re.compile(r"^telemetryd listening on (http://127\.0\.0\.1:(\d+))$")

# The interface promises an exit within this many seconds of SIGTERM.
SHUTDOWN_SECONDS_MAX = 10

# What a Swift program prints when it trapped. No input and no ending may ever bring this out.
TRAP = re.compile(r"Fatal error|Crash:|stack dump|Segmentation fault|SIGILL|precondition", re.IGNORECASE)


def clean_environment(extra=None):
    """This process's environment without anything that configures telemetryd, but for the page that is under test."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("TELEMETRYD_") and name not in ("HOST", "PORT", "STATE_DIRECTORY")
    }
    return {**kept, **PUBLIC, **(extra or {})}


def run_to_end(*arguments, env=None, cwd=None, seconds=PATIENCE):
    """Runs telemetryd with arguments that make it end by itself."""
    return subprocess.run(
        [str(EXECUTABLE), *arguments],
        env=clean_environment(env),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=seconds,
        stdin=subprocess.DEVNULL,
        check=False,
    )


class Daemon:
    """One telemetryd: its database outlives the process, and it comes back on the same port after a restart."""

    def __init__(self, folder, *arguments, port=0, env=None, host_options=True):
        self.folder = pathlib.Path(folder)
        self.database = self.folder / "telemetry.sqlite"
        self.arguments = list(arguments)
        self.port = port
        self.env = env or {}
        self.host_options = host_options
        self.stdout = Log()
        self.stderr_path = self.folder / "stderr.log"
        self.process = None
        self.url = None

    def start(self):
        command = [str(EXECUTABLE), *self.arguments]
        if self.host_options:
            command += ["--port", str(self.port), "--database", str(self.database)]
        self.stdout = Log()
        with open(self.stderr_path, "ab") as stderr:
            self.process = subprocess.Popen(
                command,
                env=clean_environment(self.env),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        self.reader = threading.Thread(target=self._read, args=(self.process.stdout, self.stdout), daemon=True)
        self.reader.start()
        lines = self.stdout.wait_count(1, f"the ready line of {' '.join(command)}\n{self.stderr}")
        ready = READY.match(lines[0] or "")
        assert ready, f"no ready line but {lines[0]!r}; standard error:\n{self.stderr}"
        self.url, self.port = ready[1], int(ready[2])
        return self

    @staticmethod
    def _read(stream, log):
        with stream:
            for line in stream:
                log.append(line.rstrip("\n"))
        log.append(None)

    @property
    def stderr(self):
        return self.stderr_path.read_text(errors="replace") if self.stderr_path.exists() else ""

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, with_signal=signal.SIGTERM):
        """Ends it in order, and asserts that it is in order. Returns the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(with_signal)
        try:
            code = self.process.wait(timeout=SHUTDOWN_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still there {SHUTDOWN_SECONDS_MAX} s after the signal\n{self.stderr}") from None
        assert code == 0, f"exit {code} after the signal\n{self.stderr}"
        self.reader.join(timeout=PATIENCE)
        assert len([line for line in self.stdout.all() if line is not None]) == 1, "more than the ready line on stdout"
        self.assert_no_trap()
        return time.monotonic() - began

    def kill(self):
        self.process.kill()
        self.process.wait(timeout=PATIENCE)

    def restart(self):
        self.stop()
        return self.start()

    def assert_no_trap(self):
        assert not TRAP.search(self.stderr), self.stderr

    def get(self, path, **options):
        return requests.get(self.url + path, timeout=PATIENCE, **options)

    def machines(self):
        return {entry["machine"]: entry for entry in self.get("/api/machines").json()}

    def readings(self, machine, **query):
        answer = self.get(f"/api/machines/{machine}/readings", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def last_seq(self, machine):
        entry = self.machines().get(machine)
        return entry["lastSeq"] if entry else 0

    def wait_seq(self, machine, at_least, seconds=PATIENCE):
        """Waits until the machine has a reading with this seq; returns the newest seq."""
        return until(
            lambda: (last := self.last_seq(machine)) >= at_least and last,
            f"seq {at_least} of {machine} (it has {self.last_seq(machine)})",
            seconds,
        )

    def query(self, sql, *values):
        """Rows of a statement: asked of the live database as any program would, or of a copy of what was left."""
        if self.running:
            return self._rows(f"{self.database.as_uri()}?mode=ro", sql, values)
        with tempfile.TemporaryDirectory() as copy:
            for suffix in ("", "-wal"):
                source = self.database.with_name(self.database.name + suffix)
                if source.exists():
                    shutil.copy(source, pathlib.Path(copy) / ("db" + suffix))
            return self._rows((pathlib.Path(copy) / "db").as_uri(), sql, values)

    @staticmethod
    def _rows(uri, sql, values):
        connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE)
        try:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql, values)]
        finally:
            connection.close()


def parse_keys(text):
    """The keys of a JSON object in the order in which they are written."""
    return [key for key, _ in json.loads(text, object_pairs_hook=list)]
