import GRDB
import Synchronization

/// The connection of those who read beside the writer; opened when the first one asks. Any thread.
final class JournalReader: Sendable {
    private enum State {
        case unopened
        case open(DatabaseQueue)
        case closed
    }

    private let path: String
    private let state = Mutex(State.unopened)

    init(path: String) {
        self.path = path
    }

    /// One at a time, in the order of the calls.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        let queue = try self.queue()
        do {
            return try await queue.read(body)
        } catch let error as DatabaseError {
            throw JournalError.storage(StorageFailure(error).description)
        }
    }

    /// Waits for the look that is being taken; later ones fail. Before the writer's connection closes, so that this
    /// one, which cannot tidy up, is not the last.
    func close() {
        let queue = self.state.withLock { state -> DatabaseQueue? in
            defer { state = .closed }
            if case .open(let queue) = state { return queue }
            return nil
        }
        try? queue?.close()
    }

    private func queue() throws(JournalError) -> DatabaseQueue {
        try self.state.withLock { state throws(JournalError) in
            switch state {
            case .open(let queue): return queue
            case .closed: throw .stopped
            case .unopened: break
            }
            var configuration = Configuration()
            configuration.readonly = true
            configuration.label = "telemetry-journal"
            configuration.busyMode = .timeout(Limits.databaseBusySeconds)
            do {
                let queue = try DatabaseQueue(path: self.path, configuration: configuration)
                state = .open(queue)
                return queue
            } catch {
                throw .storage(StorageFailure(error).description)
            }
        }
    }
}
