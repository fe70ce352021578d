package import Logging
import Synchronization

/// The level from which on events are logged: one for all loggers, and it can change while they are in use.
package final class LogThreshold: Sendable {
    private let current: Mutex<Logger.Level>

    package init(_ level: Logger.Level) {
        self.current = Mutex(level)
    }

    /// Any thread.
    package var level: Logger.Level {
        get { self.current.withLock { $0 } }
        set { self.current.withLock { $0 = newValue } }
    }
}
