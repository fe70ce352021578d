package import TelemetryCore

/// Machines as JSON: the `machines` event's argument, `machineStatus`, and the answers of `GET /api/machines`.
package enum MachinesDocument {
    /// How much is told of each machine.
    package enum Detail: Sendable {
        /// What changes and matters now: the event goes to everybody once a second. Of the metrics, those that are not
        /// live.
        case event
        /// Everything, for who asks.
        case full
    }

    /// `[{"machine":…,"state":…,"lastSeq":…,"latest":{…},"since":…,"reason":…,"late":…,"metrics":[…]},…]`; `latest` is
    /// absent while a machine has no reading. The full form goes on with `labels`, `units` and `ledger`.
    package static func json(of summaries: [MachineSummary], detail: Detail = .event) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 + summaries.count * (detail == .full ? 900 : 360))
        bytes.append(UInt8(ascii: "["))
        for (index, summary) in summaries.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            Self.write(summary, detail, into: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }

    /// One machine, in full, and how much of its past is kept.
    ///
    /// - Parameter now: our clock, so that a page can tell how far its own is off.
    package static func json(of summary: MachineSummary, ring: RingExtent, now: Timestamp) -> [UInt8] {
        var bytes: [UInt8] = []
        Self.write(summary, .full, into: &bytes)
        // One more pair of members before the brace that closes the machine.
        bytes.removeLast()
        bytes.append(UInt8(ascii: ","))
        Self.writeRing(ring, now: now, into: &bytes)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// `"ring":{"capacity":…,"count":…,"oldest":…},"serverTime":…`; `oldest` is absent while nothing is kept.
    static func writeRing(_ ring: RingExtent, now: Timestamp, into bytes: inout [UInt8]) {
        bytes.append(text: #""ring":{"capacity":\#(ring.capacity),"count":\#(ring.count)"#)
        if let oldest = ring.oldest { bytes.append(text: #","oldest":"\#(oldest.iso8601)""#) }
        bytes.append(text: #"},"serverTime":"\#(now.iso8601)""#)
    }

    /// `{"machine":…,"state":…,"since":…,"reason":…,"late":…,"metrics":[…]}`, of the metrics those that are not live.
    package static func writeStatus(_ summary: MachineSummary, into bytes: inout [UInt8]) {
        bytes.append(text: #"{"machine":"\#(summary.machine.name)","state":"\#(summary.status.state.rawValue)","#)
        Self.writeHealth(summary, .event, into: &bytes)
        bytes.append(UInt8(ascii: "}"))
    }

    private static func write(_ summary: MachineSummary, _ detail: Detail, into bytes: inout [UInt8]) {
        bytes.append(text: #"{"machine":"\#(summary.machine.name)","state":"\#(summary.status.state.rawValue)""#)
        bytes.append(text: #","lastSeq":\#(summary.lastSequence)"#)
        if let latest = summary.latest {
            bytes.append(text: #","latest":"#)
            latest.writeJSON(into: &bytes)
        }
        bytes.append(UInt8(ascii: ","))
        Self.writeHealth(summary, detail, into: &bytes)
        if detail == .full {
            bytes.append(text: #","labels":"#)
            Self.writeObject(summary.labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, into: &bytes)
            bytes.append(text: #","units":"#)
            Self.writeObject(summary.units.sorted { $0.key < $1.key }.map { ($0.key.text, $0.value) }, into: &bytes)
            bytes.append(text: #","ledger":"#)
            LedgerDocument.write(summary.ledger, into: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func writeHealth(_ summary: MachineSummary, _ detail: Detail, into bytes: inout [UInt8]) {
        bytes.append(text: #""since":"\#(summary.status.since.iso8601)","reason":"#)
        JSONText.write(summary.status.reason, into: &bytes)
        bytes.append(text: #","late":\#(summary.isLate),"metrics":["#)
        var isFirst = true
        for metric in summary.metrics where detail == .full || metric.state != .live {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            bytes.append(text: #"{"metric":"\#(metric.metric.text)","state":"\#(metric.state.rawValue)""#)
            bytes.append(text: #","since":"\#(metric.since.iso8601)","reason":"#)
            JSONText.write(metric.reason, into: &bytes)
            if let value = metric.value {
                bytes.append(text: #","value":"#)
                JSONNumber.write(value, into: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private static func writeObject(_ members: [(String, String)], into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONText.write(member.0, into: &bytes)
            bytes.append(UInt8(ascii: ":"))
            JSONText.write(member.1, into: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }
}
