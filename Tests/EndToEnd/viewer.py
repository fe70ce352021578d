"""A Socket.IO client in Python (python-socketio) that keeps what it was told, in the order in which it came."""

import socketio

from waiting import PATIENCE, Log


class Viewer:
    """Everything that arrives goes into one log: ("ack", value), ("machineData", value) and so on."""

    def __init__(self, url, namespace="/machines", transports=None):
        self.namespace = namespace
        self.log = Log()
        self.client = socketio.Client(reconnection=False)
        self.client.on("*", lambda event, *values: self.log.append((event, *values)), namespace=namespace)
        self.client.on("disconnect", lambda *_: self.log.append(("gone", None)), namespace=namespace)
        self.client.connect(url, namespaces=[namespace], transports=transports, wait_timeout=PATIENCE)

    @property
    def transport(self):
        return self.client.transport()

    def send(self, event, *values):
        """Sends without asking for an answer."""
        self.client.emit(event, values if len(values) != 1 else values[0], namespace=self.namespace)

    def ask(self, event, value, seconds=PATIENCE):
        """Sends, and returns the answer. Its place in the log is where it came in between the events."""
        already = len(self.of("ack"))
        self.client.emit(
            event, value, namespace=self.namespace, callback=lambda *answer: self.log.append(("ack", *answer))
        )
        acks = self.wait("ack", already + 1, seconds)
        return acks[already]

    def join(self, machine, **options):
        answer = self.ask("joinRoom", {"machine": machine, **options})
        assert answer["ok"] is True, answer
        return answer

    def barrier(self):
        """When this returns, all that the server had sent has arrived. A join that is refused changes nothing."""
        answer = self.ask("joinRoom", {"machine": "no such machine"})
        assert answer["ok"] is False

    def of(self, event):
        """The first argument of each such event so far."""
        return [entry[1] for entry in self.log.all() if entry[0] == event]

    def wait(self, event, count, seconds=PATIENCE):
        """Waits until there are `count` such events, and returns the first arguments of all there are."""

        def enough(entries):
            found = [entry[1] for entry in entries if entry[0] == event]
            return len(found) >= count and found

        return self.log.wait(enough, f"{count} times {event}", seconds)

    def wait_where(self, event, condition, what, seconds=PATIENCE):
        """Waits for an event whose first argument fulfils the condition, and returns that."""
        return self.log.wait(
            lambda entries: next((entry[1] for entry in entries if entry[0] == event and condition(entry[1])), None),
            what,
            seconds,
        )

    def after_ack(self, event="machineData"):
        """The first arguments of such events that came after the newest answer."""
        entries = self.log.all()
        newest = max(index for index, entry in enumerate(entries) if entry[0] == "ack")
        return [entry[1] for entry in entries[newest + 1 :] if entry[0] == event]

    def wait_after_ack(self, count, event="machineData", seconds=PATIENCE):
        """Waits for `count` such events after the newest answer, and returns them."""

        def enough(entries):
            newest = max(index for index, entry in enumerate(entries) if entry[0] == "ack")
            found = [entry[1] for entry in entries[newest + 1 :] if entry[0] == event]
            return len(found) >= count and found

        return self.log.wait(enough, f"{count} times {event} after the answer", seconds)

    def close(self):
        self.client.shutdown()
