package import SocketIO
import Synchronization

/// Counts what happens on the Socket.IO side, for `/metrics`. Called on event loops: atomics only.
package final class SocketStatistics: ServerObserver {
    private let polling = Atomic(0)
    private let websocket = Atomic(0)
    private let openedPolling = Atomic(0)
    private let openedWebSocket = Atomic(0)
    private let upgrades = Atomic(0)
    private let received = Atomic(0)
    private let receivedBytes = Atomic(0)
    private let sent = Atomic(0)
    private let queued = Atomic(0)
    private let dropped = Atomic(0)
    private let sentBytes = Atomic(0)

    package init() {}

    package func sessionOpened(_ transport: EngineTransport) {
        self.countOpen(transport, by: 1)
        switch transport {
        case .polling: self.openedPolling.add(1, ordering: .relaxed)
        case .websocket: self.openedWebSocket.add(1, ordering: .relaxed)
        }
    }

    package func sessionUpgraded() {
        self.polling.subtract(1, ordering: .relaxed)
        self.websocket.add(1, ordering: .relaxed)
        self.upgrades.add(1, ordering: .relaxed)
    }

    package func sessionClosed(_ reason: EngineCloseReason, on transport: EngineTransport) {
        self.countOpen(transport, by: -1)
    }

    package func messageReceived(bytes: Int) {
        self.received.add(1, ordering: .relaxed)
        self.receivedBytes.add(bytes, ordering: .relaxed)
    }

    package func messagesSent(_ tally: SendTally) {
        self.sent.add(tally.sent, ordering: .relaxed)
        self.queued.add(tally.queued + tally.conflated, ordering: .relaxed)
        self.dropped.add(tally.dropped, ordering: .relaxed)
        self.sentBytes.add(tally.bytes, ordering: .relaxed)
    }

    /// Appends the families.
    func write(into text: inout PrometheusText) {
        func value(_ counter: borrowing Atomic<Int>) -> Int { counter.load(ordering: .relaxed) }
        let open = (value(self.polling), value(self.websocket))
        let opened = (value(self.openedPolling), value(self.openedWebSocket))
        let results = (value(self.sent), value(self.queued), value(self.dropped))
        text.family("telemetryd_socketio_sessions", .gauge, "Open Engine.IO sessions by transport.") {
            $0.sample(open.0, ["transport": "polling"])
            $0.sample(open.1, ["transport": "websocket"])
        }
        text.family(
            "telemetryd_socketio_sessions_opened_total", .counter, "Sessions opened, by the transport they began with."
        ) {
            $0.sample(opened.0, ["transport": "polling"])
            $0.sample(opened.1, ["transport": "websocket"])
        }
        text.value(
            "telemetryd_socketio_upgrades_total", .counter, "Sessions that moved from polling to WebSocket.",
            value(self.upgrades)
        )
        text.value(
            "telemetryd_socketio_received_messages_total", .counter, "Messages from clients.", value(self.received))
        text.value(
            "telemetryd_socketio_received_bytes_total", .counter, "Bytes of messages from clients.",
            value(self.receivedBytes)
        )
        text.family(
            "telemetryd_socketio_messages_total", .counter,
            "Messages for clients: sent at once, queued behind a slow client (newer readings replace older ones), "
                + "or dropped."
        ) {
            $0.sample(results.0, ["result": "sent"])
            $0.sample(results.1, ["result": "queued"])
            $0.sample(results.2, ["result": "dropped"])
        }
        text.value(
            "telemetryd_socketio_sent_bytes_total", .counter,
            "Bytes of messages for clients, as framed for a WebSocket.",
            value(self.sentBytes)
        )
    }

    private func countOpen(_ transport: EngineTransport, by step: Int) {
        switch transport {
        case .polling: self.polling.add(step, ordering: .relaxed)
        case .websocket: self.websocket.add(step, ordering: .relaxed)
        }
    }
}
