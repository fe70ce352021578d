import Synchronization
import TelemetryCore

/// Keeps what it is given, batch by batch.
final class RecordingSink: ReadingSink {
    private let batches = Mutex<[[StoredReading]]>([])
    private let onCommit: @Sendable ([StoredReading]) -> Void

    init(onCommit: @escaping @Sendable ([StoredReading]) -> Void = { _ in }) {
        self.onCommit = onCommit
    }

    func committed(_ readings: [StoredReading]) {
        self.onCommit(readings)
        self.batches.withLock { $0.append(readings) }
    }

    var received: [[StoredReading]] { self.batches.withLock { $0 } }
}
