"""Waiting for a condition, with a deadline and a name for what did not come."""

import threading
import time

# Seconds that anything on this machine may take before it counts as broken. Far above what is expected, so that a busy
# machine fails no test; a figure that matters is asserted where it matters.
PATIENCE = 20.0

# Seconds between two looks at something that cannot tell us of a change (a file, an HTTP answer).
LOOK_AGAIN = 0.02


def until(look, what, seconds=PATIENCE):
    """Looks until `look()` returns something true, and returns that. Only for what can send no event."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        pause.wait(LOOK_AGAIN)


class Log:
    """A list that other threads append to and a test waits on."""

    def __init__(self):
        self._entries = []
        self._changed = threading.Condition()

    def append(self, entry):
        with self._changed:
            self._entries.append(entry)
            self._changed.notify_all()

    def all(self):
        with self._changed:
            return list(self._entries)

    def __len__(self):
        with self._changed:
            return len(self._entries)

    def wait(self, enough, what, seconds=PATIENCE):
        """Waits until `enough(entries)` is true, and returns what it returned."""
        found = None

        def look():
            nonlocal found
            found = enough(self._entries)
            return found

        with self._changed:
            if not self._changed.wait_for(look, timeout=seconds):
                raise AssertionError(f"not within {seconds:g} s: {what}; so far: {self._entries[-5:]!r}")
            return found

    def wait_count(self, count, what, seconds=PATIENCE):
        """Waits for `count` entries and returns the first that many."""
        return self.wait(lambda entries: len(entries) >= count and entries[:count], what, seconds)
