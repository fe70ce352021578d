/// One reading as a ring keeps it, 40 bytes: without its machine, its sequence and its extra metrics.
struct ReadingSlot: Sendable {
    static let empty = ReadingSlot(timestamp: 0, receivedAndFlags: 0, rpm: .nan, torque: .nan, pressure: .nan)

    private static let hasSourceTime: Int64 = 1
    private static let isHistorical: Int64 = 2

    private let timestamp: Int64
    /// Milliseconds x 4, and in the two lowest bits what else is known of the reading's times: the year 9999
    /// leaves 15 bits of the number free.
    private let receivedAndFlags: Int64
    /// NaN: missing. No stored metric is NaN (`Metrics`).
    private let rpm: Double
    private let torque: Double
    private let pressure: Double

    private init(timestamp: Int64, receivedAndFlags: Int64, rpm: Double, torque: Double, pressure: Double) {
        self.timestamp = timestamp
        self.receivedAndFlags = receivedAndFlags
        self.rpm = rpm
        self.torque = torque
        self.pressure = pressure
    }

    init(_ reading: Reading) {
        self.init(
            timestamp: reading.timestamp.milliseconds,
            receivedAndFlags: reading.received.milliseconds << 2
                | (reading.hasSourceTime ? Self.hasSourceTime : 0) | (reading.isHistorical ? Self.isHistorical : 0),
            rpm: reading.metrics.rpm ?? .nan,
            torque: reading.metrics.torque ?? .nan,
            pressure: reading.metrics.pressure ?? .nan
        )
    }

    /// Milliseconds since 1970, of the source if it named one.
    var time: Int64 { self.timestamp }
    /// Milliseconds since 1970.
    var received: Int64 { self.receivedAndFlags >> 2 }
    var isHistorical: Bool { self.receivedAndFlags & Self.isHistorical != 0 }

    /// Says what time it is at the source: a source time that is neither of the past nor of a clock that is ahead.
    var tellsSourceTime: Bool {
        self.receivedAndFlags & (Self.hasSourceTime | Self.isHistorical) == Self.hasSourceTime
            && self.timestamp - self.received <= Limits.clockAheadMillisecondsMax
    }

    func reading(of machine: MachineID, extra: [ExtraMetric]) -> Reading {
        let metrics = Metrics(
            rpm: self.rpm.isNaN ? nil : self.rpm,
            torque: self.torque.isNaN ? nil : self.torque,
            pressure: self.pressure.isNaN ? nil : self.pressure,
            sortedExtra: extra
        )
        var reading = Reading(
            machine: machine,
            timestamp: Timestamp(milliseconds: self.timestamp),
            received: Timestamp(milliseconds: self.received),
            metrics: metrics,
            isHistorical: self.isHistorical
        )
        reading.hasSourceTime = self.receivedAndFlags & Self.hasSourceTime != 0
        return reading
    }
}
