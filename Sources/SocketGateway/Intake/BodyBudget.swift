import Synchronization

/// Bytes of request bodies in memory, of all requests together. Any thread.
package final class BodyBudget: Sendable {
    private let bytesMax: Int
    private let used = Mutex(0)

    /// A budget of so many bytes.
    package init(bytesMax: Int = Limits.bodiesBytesMax) {
        self.bytesMax = bytesMax
    }

    /// Bytes in use.
    package var bytes: Int { self.used.withLock { $0 } }

    /// False, and nothing taken, when there is no room.
    package func take(_ count: Int) -> Bool {
        self.used.withLock { used in
            guard used + count <= self.bytesMax else { return false }
            used += count
            return true
        }
    }

    /// Gives back what was taken.
    package func giveBack(_ count: Int) {
        self.used.withLock { used in
            used -= count
            assert(used >= 0)
        }
    }
}
