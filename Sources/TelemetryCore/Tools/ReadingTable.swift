/// Readings as CSV (RFC 4180: CRLF, one header line; a missing metric is an empty field).
///
/// Columns: machine, seq, timestamp, received, rpm, torque, pressure, then one per extra metric. Nothing ever needs
/// quotes: names are of letters, digits and `._-`, all else is numbers and times.
package struct ReadingTable: Sendable {
    /// Extra metrics that have a column, in name order.
    package let extraColumns: [MetricName]

    /// Values of other extra metrics than these are not written. Duplicates and standard metrics must not be among
    /// them.
    package init(extraColumns: some Sequence<MetricName>) {
        self.extraColumns = extraColumns.sorted()
        assert(zip(self.extraColumns, self.extraColumns.dropFirst()).allSatisfy { $0 < $1 })
    }

    /// With a column for every extra metric of these.
    package init(of readings: some Sequence<StoredReading>) {
        var names: Set<MetricName> = []
        for stored in readings {
            for metric in stored.reading.metrics.extra { names.insert(metric.name) }
        }
        self.init(extraColumns: names)
    }

    package func writeHeader(into bytes: inout [UInt8]) {
        bytes.append(contentsOf: "machine,seq,timestamp,received,rpm,torque,pressure".utf8)
        for name in self.extraColumns {
            bytes.append(UInt8(ascii: ","))
            bytes.append(contentsOf: name.text.utf8)
        }
        Self.endLine(&bytes)
    }

    package func writeRow(_ stored: StoredReading, into bytes: inout [UInt8]) {
        let reading = stored.reading
        bytes.append(contentsOf: reading.machine.name.utf8)
        bytes.append(UInt8(ascii: ","))
        JSONNumber.write(stored.sequence, into: &bytes)
        bytes.append(UInt8(ascii: ","))
        reading.timestamp.writeISO8601(into: &bytes)
        bytes.append(UInt8(ascii: ","))
        reading.received.writeISO8601(into: &bytes)
        Self.writeField(reading.metrics.rpm, into: &bytes)
        Self.writeField(reading.metrics.torque, into: &bytes)
        Self.writeField(reading.metrics.pressure, into: &bytes)
        // Both are in name order: one walk.
        var extra = reading.metrics.extra[...]
        for name in self.extraColumns {
            while let first = extra.first, first.name < name { extra.removeFirst() }
            Self.writeField(extra.first.flatMap { $0.name == name ? $0.value : nil }, into: &bytes)
        }
        Self.endLine(&bytes)
    }

    private static func writeField(_ value: Double?, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: ","))
        if let value { JSONNumber.write(value, into: &bytes) }
    }

    private static func endLine(_ bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\r"))
        bytes.append(UInt8(ascii: "\n"))
    }
}
