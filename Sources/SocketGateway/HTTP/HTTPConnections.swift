/// The connections that Hummingbird serves: a task for each, none for all the others. Any thread.
///
/// Hummingbird's server would start a task as soon as a connection is accepted, and keep it for as long as the
/// connection lives: 3 KiB for each poller, which never needs it.
package final class HTTPConnections: Sendable {
    private typealias Work = @Sendable () async -> Void

    private let arrivals: AsyncStream<Work>
    private let continuation: AsyncStream<Work>.Continuation

    package init() {
        (self.arrivals, self.continuation) = AsyncStream.makeStream()
    }

    /// Runs `work` as a task of ``run()``; false after the end.
    package func add(_ work: @escaping @Sendable () async -> Void) -> Bool {
        if case .enqueued = self.continuation.yield(work) { return true }
        return false
    }

    /// Returns after ``finish()`` when the last connection has ended. Cancelled, it cancels them. Once.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for await work in self.arrivals { group.addTask { await work() } }
        }
    }

    /// None comes any more.
    package func finish() {
        self.continuation.finish()
    }
}
