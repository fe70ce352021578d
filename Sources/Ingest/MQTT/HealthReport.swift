import TelemetryCore

/// What this gateway says of itself at `telemetryd/{id}/health`: one JSON object.
///
/// `{"id":…,"timestamp":…,"connectedSince":…,"messagesPerSecond":…,"messages":…,"bytes":…,"stored":…,"duplicates":…,
/// "refused":…,"redelivered":…,"reconnects":…,"machines":{"press1":10,…},"otherMachines":0}`. Rates are messages per
/// second since the report before; the rest counts since the start of the process. `machines` are those that sent;
/// `otherMachines` is the rate of all that found no place among the first 1,000.
struct HealthReport {
    let id: GatewayID
    let time: Timestamp
    let status: MQTTSource.Status
    let rates: TrafficMeter.Rates

    /// At most about 100 KB: 1,000 names of 64 bytes and a number each.
    var json: [UInt8] {
        var bytes = Array(#"{"id":"\#(self.id)","timestamp":"\#(self.time.iso8601)""#.utf8)
        bytes.append(contentsOf: #","connectedSince":"\#(self.status.since.iso8601)""#.utf8)
        func member(_ name: String, _ value: Double) {
            bytes.append(contentsOf: #","\#(name)":"#.utf8)
            JSONNumber.write(value, into: &bytes)
        }
        member("messagesPerSecond", self.rates.perSecond)
        for (name, count) in [
            ("messages", self.status.messages), ("bytes", self.status.bytes),
            ("stored", self.status.committedReadings), ("duplicates", self.status.duplicates),
            ("refused", self.status.refused), ("redelivered", self.status.redelivered),
            ("reconnects", self.status.reconnects),
        ] {
            member(name, Double(count))
        }
        bytes.append(contentsOf: #","machines":{"#.utf8)
        for (index, machine) in self.rates.machines.enumerated() {
            // A machine's name needs no escapes.
            bytes.append(contentsOf: (index == 0 ? "" : ",").utf8)
            bytes.append(contentsOf: #""\#(machine.name)":"#.utf8)
            JSONNumber.write(machine.perSecond, into: &bytes)
        }
        bytes.append(contentsOf: "}".utf8)
        member("otherMachines", self.rates.othersPerSecond)
        bytes.append(contentsOf: "}".utf8)
        return bytes
    }
}
