import Synchronization

/// Counts of the plain WebSockets, and their number as a bound. Any thread.
final class StreamStatistics: Sendable {
    private let open = Atomic(0)
    private let opened = Atomic(0)
    private let sent = Atomic(0)
    private let thinned = Atomic(0)

    /// False when there are as many as there may be.
    func take() -> Bool {
        guard self.open.add(1, ordering: .relaxed).newValue <= Limits.streamsMax else {
            self.open.subtract(1, ordering: .relaxed)
            return false
        }
        self.opened.add(1, ordering: .relaxed)
        return true
    }

    /// One has ended.
    func giveBack() {
        self.open.subtract(1, ordering: .relaxed)
    }

    func countSent(_ readings: Int) {
        self.sent.add(readings, ordering: .relaxed)
    }

    func countThinned(_ readings: Int) {
        self.thinned.add(readings, ordering: .relaxed)
    }

    /// Appends the families.
    func write(into text: inout PrometheusText) {
        text.value(
            "telemetryd_stream_sockets", .gauge, "Open plain WebSockets.", self.open.load(ordering: .relaxed))
        text.value(
            "telemetryd_stream_sockets_opened_total", .counter, "Plain WebSockets opened.",
            self.opened.load(ordering: .relaxed))
        text.value(
            "telemetryd_stream_sent_readings_total", .counter, "Readings sent on plain WebSockets.",
            self.sent.load(ordering: .relaxed))
        text.value(
            "telemetryd_stream_thinned_readings_total", .counter, "Readings left out for slow plain WebSockets.",
            self.thinned.load(ordering: .relaxed))
    }
}
