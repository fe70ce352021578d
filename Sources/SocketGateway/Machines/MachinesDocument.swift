package import TelemetryCore

/// The list of machines: the `machines` event's argument and the answer of `GET /api/machines`.
package enum MachinesDocument {
    /// `[{"machine":…,"state":…,"lastSeq":…,"latest":{…}},…]`; `latest` is absent while a machine has no reading.
    package static func json(of summaries: [MachineSummary]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 + summaries.count * 260)
        bytes.append(UInt8(ascii: "["))
        for (index, summary) in summaries.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(text: #"{"machine":"#)
            JSONText.write(summary.machine.name, into: &bytes)
            bytes.append(text: #","state":"\#(summary.status.state.rawValue)","lastSeq":\#(summary.lastSequence)"#)
            if let latest = summary.latest {
                bytes.append(text: #","latest":"#)
                latest.writeJSON(into: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }
}
