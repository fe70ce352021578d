import Synchronization
package import TelemetryCore

/// The last messages of each machine's room. Any thread.
package final class MessageLog: Sendable {
    private let logs = Mutex<[MachineID: [RoomMessage]]>([:])

    package init() {}

    /// Keeps a message; the oldest one of the machine goes when there are too many.
    package func append(_ message: RoomMessage, to machine: MachineID) {
        self.logs.withLock { logs in
            guard logs[machine] != nil || logs.count < Limits.messageLogsMax else { return }
            var log = logs[machine, default: []]
            if log.count >= Limits.messagesKeptMax { log.removeFirst(log.count - Limits.messagesKeptMax + 1) }
            log.append(message)
            logs[machine] = log
        }
    }

    /// The messages of a machine, newest last.
    package func recent(_ machine: MachineID) -> [RoomMessage] {
        self.logs.withLock { $0[machine] ?? [] }
    }
}
