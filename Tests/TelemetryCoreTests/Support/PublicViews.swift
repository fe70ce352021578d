import GRDB
import TelemetryCore
import Testing

/// The two public views through a connection of its own, as a foreign program would read them.
struct PublicViews {
    struct Machine: Equatable {
        let machine, epoch: String
        let firstSequence, lastSequence: Int64
        let firstSeen, lastSeen: String
    }

    struct HistoryRow: Equatable {
        let machine: String
        let sequence: Int64
        let timestamp, received: String
        let rpm, torque, pressure: Double?
        let extra: String?

        init(_ row: Row) {
            self.machine = row["machine"]
            self.sequence = row["seq"]
            self.timestamp = row["timestamp"]
            self.received = row["received"]
            self.rpm = row["rpm"]
            self.torque = row["torque"]
            self.pressure = row["pressure"]
            self.extra = row["extra"]
        }

        /// What the row of this reading has to be. The extra's text is built here by other means than the store's.
        init(_ stored: StoredReading) {
            let reading = stored.reading
            self.machine = reading.machine.name
            self.sequence = stored.sequence
            self.timestamp = reading.timestamp.iso8601
            self.received = reading.received.iso8601
            self.rpm = reading.metrics.rpm
            self.torque = reading.metrics.torque
            self.pressure = reading.metrics.pressure
            let members = reading.metrics.extra.map { "\"\($0.name.text)\":\($0.value)" }
            self.extra = members.isEmpty ? nil : "{" + members.joined(separator: ",") + "}"
        }
    }

    private let queue: DatabaseQueue

    init(path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        self.queue = try DatabaseQueue(path: path, configuration: configuration)
    }

    func machines() async throws -> [Machine] {
        try await self.queue.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM machines").map { row in
                Machine(
                    machine: row["machine"],
                    epoch: row["epoch"],
                    firstSequence: row["first_seq"],
                    lastSequence: row["last_seq"],
                    firstSeen: row["first_seen"],
                    lastSeen: row["last_seen"]
                )
            }
        }
    }

    /// In the view's own order.
    func history(of machine: String) async throws -> [HistoryRow] {
        try await self.queue.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM history WHERE machine = ?", arguments: [machine])
                .map { HistoryRow($0) }
        }
    }

    /// On the calling thread.
    func lastSequence(of machine: String) throws -> Int64? {
        try self.queue.read { db in
            try Int64.fetchOne(db, sql: "SELECT last_seq FROM machines WHERE machine = ?", arguments: [machine])
        }
    }

    func columns(of view: String) async throws -> [String] {
        try await self.queue.read { db in try db.columns(in: view).map(\.name) }
    }
}
