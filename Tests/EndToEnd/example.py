"""One of the servers of Examples/ as a process under test."""

import os
import re
import signal
import subprocess
import threading

from daemon import ROOT, SHUTDOWN_SECONDS_MAX, TRAP, clean_environment
from waiting import PATIENCE, Log

EXAMPLES = ROOT / os.environ.get("TELEMETRYD_EXAMPLES", "Examples/.build/debug")


class Example:
    """Comes back on the same port after a restart."""

    def __init__(self, folder, name, port=0, env=None):
        self.name = name
        self.port = port
        self.env = env or {}
        self.stderr_path = folder / f"{name}.log"
        self.stdout = Log()
        self.process = None
        self.url = None

    def start(self):
        self.stdout = Log()
        port = {} if self.port is None else {"PORT": str(self.port)}
        with open(self.stderr_path, "ab") as stderr:
            self.process = subprocess.Popen(
                [EXAMPLES / self.name],
                env=clean_environment({**port, **self.env}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        self.reader = threading.Thread(target=self._read, args=(self.process.stdout, self.stdout), daemon=True)
        self.reader.start()
        line = self.stdout.wait_count(1, f"the ready line of {self.name}\n{self.stderr}")[0]
        ready = re.match(rf"^{self.name} listening on (http://[\d.]+:(\d+))$", line or "")
        assert ready, f"no ready line but {line!r}; standard error:\n{self.stderr}"
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

    def stop(self):
        """Ends it in order, and asserts that it is in order."""
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout=SHUTDOWN_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout=PATIENCE)
            raise AssertionError(f"still there {SHUTDOWN_SECONDS_MAX} s after the signal\n{self.stderr}") from None
        self.reader.join(timeout=PATIENCE)
        assert code == 0, f"exit {code} after the signal\n{self.stderr}"
        assert not TRAP.search(self.stderr), self.stderr
