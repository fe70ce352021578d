import Synchronization

/// Counts up: numbers for people who come in.
package final class Counter: Sendable {
    private let last = Atomic(0)

    package init() {}

    /// 1, 2, 3, …
    package func next() -> Int { self.last.add(1, ordering: .relaxed).newValue }
}
