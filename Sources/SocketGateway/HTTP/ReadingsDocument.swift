package import TelemetryCore

/// The readings of one machine as they leave over HTTP.
package struct ReadingsDocument: Sendable {
    /// The members before `total` and `readings`, without the opening brace.
    private let preamble: [UInt8]
    private let readings: ArraySlice<StoredReading>
    /// How many there were before they were thinned; nil: the query did not ask for that.
    private let total: Int?

    /// What is left of `snapshot` after the query's times, limit and number of points.
    package init(snapshot: RingSnapshot, query: ReadingsQuery) {
        var preamble: [UInt8] = []
        Self.writePreamble(of: snapshot, into: &preamble)
        self.preamble = preamble
        var readings = snapshot.readings[...]
        if query.from != nil || query.to != nil {
            readings =
                readings.filter { stored in
                    let time = stored.reading.timestamp
                    return query.from.map { $0 <= time } ?? true && query.to.map { time <= $0 } ?? true
                }[...]
        }
        readings = readings.suffix(query.limit)
        self.total = query.maxPoints.map { _ in readings.count }
        self.readings = query.maxPoints.map { ReadingThinning.thin(readings, countMax: $0) } ?? readings
    }

    /// What an alarm has pinned: `{"episode","machine","epoch","from","to","complete","total","readings"}`.
    ///
    /// - Parameter maxPoints: at most so many, peaks kept; nil: all of them.
    package init(window: PinnedWindow, epoch: Epoch, maxPoints: Int?) {
        var members = JSONMembers()
        members.number("episode", window.episode)
        members.text("machine", window.machine.name)
        members.text("epoch", epoch.text)
        members.time("from", window.from)
        members.time("to", window.to)
        members.flag("complete", window.isComplete)
        self.preamble = Array(members.finished().dropFirst().dropLast())
        let readings = window.readings[...]
        self.total = readings.count
        self.readings = maxPoints.map { ReadingThinning.thin(readings, countMax: $0) } ?? readings
    }

    /// The content type and the bytes in this format.
    package func encoded(as format: ReadingsQuery.Format) -> (contentType: String, bytes: [UInt8]) {
        switch format {
        case .json: (ContentType.json, self.json)
        case .ndjson: (ContentType.ndjson, self.lines)
        case .csv: (ContentType.csv, self.table)
        }
    }

    /// The first members of an answer, without the opening brace: also the start of a `joinRoom` ack.
    package static func writePreamble(of snapshot: RingSnapshot, into bytes: inout [UInt8]) {
        bytes.append(text: #""machine":"#)
        JSONText.write(snapshot.machine.name, into: &bytes)
        bytes.append(text: #","epoch":"#)
        JSONText.write(snapshot.epoch.text, into: &bytes)
        bytes.append(text: #","firstSeq":\#(snapshot.firstSequence),"nextSeq":\#(snapshot.nextSequence)"#)
        bytes.append(text: #","lost":\#(snapshot.lost)"#)
    }

    /// A JSON array of readings.
    package static func writeArray(of readings: some Collection<StoredReading>, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for reading in readings {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            reading.writeJSON(into: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private var json: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(200 + self.readings.count * 160)
        bytes.append(UInt8(ascii: "{"))
        bytes.append(contentsOf: self.preamble)
        if let total = self.total { bytes.append(text: #","total":\#(total)"#) }
        bytes.append(text: #","readings":"#)
        Self.writeArray(of: self.readings, into: &bytes)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private var lines: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(self.readings.count * 160)
        for reading in self.readings {
            reading.writeJSON(into: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    private var table: [UInt8] {
        let table = ReadingTable(of: self.readings)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(self.readings.count * 120)
        table.writeHeader(into: &bytes)
        for reading in self.readings { table.writeRow(reading, into: &bytes) }
        return bytes
    }
}

extension [UInt8] {
    /// Appends the UTF-8 of `text`.
    package mutating func append(text: String) {
        self.append(contentsOf: text.utf8)
    }
}
