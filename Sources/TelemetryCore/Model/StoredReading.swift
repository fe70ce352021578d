/// A reading with its place in its machine's sequence: committed, or (inside the writer) about to be.
package struct StoredReading: Hashable, Sendable {
    /// From 1, +1 for each stored reading of the machine, never reused.
    package let sequence: Int64
    package let reading: Reading

    package init(sequence: Int64, reading: Reading) {
        assert(sequence >= 1)
        self.sequence = sequence
        self.reading = reading
    }

    /// Appends the reading as JSON in the key order of interface section 3. Nothing in it needs escaping:
    /// the names are checked where they are made (`MachineID`, `MetricName`).
    package func writeJSON(into bytes: inout [UInt8]) {
        bytes.append(literal: #"{"machine":""#)
        bytes.append(contentsOf: self.reading.machine.name.utf8)
        bytes.append(literal: #"","seq":"#)
        JSONNumber.write(self.sequence, into: &bytes)
        bytes.append(literal: #","timestamp":""#)
        self.reading.timestamp.writeISO8601(into: &bytes)
        bytes.append(UInt8(ascii: "\""))
        let metrics = self.reading.metrics
        Self.write(#","rpm":"#, metrics.rpm, into: &bytes)
        Self.write(#","torque":"#, metrics.torque, into: &bytes)
        Self.write(#","pressure":"#, metrics.pressure, into: &bytes)
        for metric in metrics.extra {
            bytes.append(UInt8(ascii: ","))
            ExtraJSON.writeMember(metric, into: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// The same as text, for tests and places that are not hot.
    package var json: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Limits.readingJSONBytesTypical)
        self.writeJSON(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func write(_ key: StaticString, _ value: Double?, into bytes: inout [UInt8]) {
        guard let value else { return }
        bytes.append(literal: key)
        JSONNumber.write(value, into: &bytes)
    }
}

extension [UInt8] {
    /// Appends text known at compile time without making a `String` of it.
    fileprivate mutating func append(literal text: StaticString) {
        text.withUTF8Buffer { self.append(contentsOf: $0) }
    }
}
