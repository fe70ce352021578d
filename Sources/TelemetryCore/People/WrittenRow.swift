import Synchronization

/// The number of a row, from the write that made it to its completion. A write that is tried again sets it anew.
final class WrittenRow: Sendable {
    private let number = Atomic<Int64>(0)

    func set(_ id: Int64) { self.number.store(id, ordering: .relaxed) }
    var id: Int64 { self.number.load(ordering: .relaxed) }
}
