/// Writes the rings of a database as CSV or JSON lines, with what is missing in them.
///
/// Works beside a daemon. Memory is bounded: readings are read in steps of `Limits.exportStepReadings`, each in a
/// transaction of its own, so that a slow reader of the output never keeps the daemon's log from being emptied.
/// Readings that are overwritten between the steps are not written and are counted as lost. Blocks.
///
/// After the readings follow, per machine, its ledger and its gaps:
///
/// - NDJSON: a line `{"ledger":{"machine":…}}`, and lines `{"gap":{"machine","afterSeq","from","to","milliseconds"}}`.
///   (A line with a reading has the key `machine` at its top.)
/// - CSV: the same as lines that start with `# ledger` and `# gap`, `name=value` with spaces between. RFC 4180 knows no
///   comments: who needs a strict table leaves them out (`Selection.hasTrailer`).
///
/// In a ledger `exported` and `lost` (after `since` and no longer kept, or overwritten while the export ran) are of
/// this export, and `gaps` counts times without a reading, by the source's clock, of more than three usual intervals
/// and 2.5 s within it. `received`, `stored`, `overwritten`, `duplicates`, `skipped`, `late` and `rejected.<reason>`
/// are of all time (`MachineLedger`).
package struct RingExport {
    package enum Format: String, Sendable, CaseIterable {
        /// `ReadingTable`.
        case csv
        /// One reading a line (interface section 3), LF.
        case ndjson
    }

    /// Which readings. All bounds together.
    package struct Selection: Sendable {
        /// In this order; `nil`: all, by name. One that the database does not have is an error.
        package var machines: [MachineID]?
        /// Readings with a sequence above it.
        package var since: Int64?
        /// Source time, inclusive.
        package var from: Timestamp?
        /// Source time, inclusive.
        package var to: Timestamp?
        /// Of each machine at most so many of those left by the other bounds: the newest. At least 1.
        package var limit: Int?
        /// Whether ledgers and gaps follow the readings.
        package var hasTrailer = true

        package init(
            machines: [MachineID]? = nil,
            since: Int64? = nil,
            from: Timestamp? = nil,
            to: Timestamp? = nil,
            limit: Int? = nil,
            hasTrailer: Bool = true
        ) {
            self.machines = machines
            self.since = since
            self.from = from
            self.to = to
            self.limit = limit
            self.hasTrailer = hasTrailer
        }
    }

    private let database: ReadOnlyDatabase

    /// Throws when there is no such database, or it is not ours to read.
    package init(databasePath: String) throws(StoreToolError) {
        self.database = try ReadOnlyDatabase(path: databasePath)
    }

    /// Gives the bytes in pieces of whole lines (some 200 KB). What `output` throws ends the export and is thrown on;
    /// else a `StoreToolError`.
    package func write(
        _ selection: Selection,
        format: Format,
        to output: (borrowing [UInt8]) throws -> Void
    ) throws {
        let plan = try self.database.read { db in try ExportPlan(selection, format: format, db) }
        let writer = ExportWriter(format: format, plan: plan)
        var bytes: [UInt8] = []
        writer.writeHeader(into: &bytes)
        var ledgers: [ExportLedger] = []
        for part in plan.parts {
            var ledger = ExportLedger(part)
            var next = part.start
            while next <= part.last {
                let step = try self.database.read { db in try RingSlice(of: part, from: next).load(db) }
                for stored in step.readings {
                    ledger.pass(stored, isExported: selection.takes(stored.reading))
                    if selection.takes(stored.reading) { writer.writeReading(stored, into: &bytes) }
                }
                ledger.lost += step.lost
                next = step.next
                if bytes.count >= Limits.exportPieceBytes { try Self.flush(&bytes, to: output) }
            }
            if selection.hasTrailer { ledgers.append(ledger) }
        }
        for ledger in ledgers {
            writer.writeTrailer(ledger, into: &bytes)
            if bytes.count >= Limits.exportPieceBytes { try Self.flush(&bytes, to: output) }
        }
        try Self.flush(&bytes, to: output)
    }

    private static func flush(_ bytes: inout [UInt8], to output: (borrowing [UInt8]) throws -> Void) throws {
        if bytes.isEmpty { return }
        try output(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}

extension RingExport.Selection {
    /// By its time; the sequence is the plan's matter.
    func takes(_ reading: Reading) -> Bool {
        if let from, reading.timestamp < from { return false }
        if let to, to < reading.timestamp { return false }
        return true
    }
}
