import NIOCore
import Synchronization

/// Readings on their way from the writer to one event loop. Any thread.
final class LoopCrossing: Sendable {
    private struct State {
        var readings: [LiveReading] = []
        var isUrgent = false
        /// The loop has been asked to come, and has not yet.
        var isAnnounced = false
    }

    let eventLoop: any EventLoop
    private let state = Mutex(State())

    init(to eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// - Parameter isUrgent: the batch has waited long enough.
    /// - Returns: whether the loop must be asked to ``take()``.
    func add(_ batch: [LiveReading], isUrgent: Bool) -> Bool {
        self.state.withLock { state in
            if isUrgent { state.isUrgent = true }
            if state.readings.isEmpty { state.readings = batch } else { state.readings += batch }
            defer { state.isAnnounced = true }
            return !state.isAnnounced
        }
    }

    /// All that has come until now, in its order, and whether a part of it is urgent. On the loop.
    func take() -> (readings: [LiveReading], isUrgent: Bool) {
        self.state.withLock { state in
            defer { state = State() }
            return (state.readings, state.isUrgent)
        }
    }
}
