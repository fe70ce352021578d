import SwiftProtobuf
import TelemetryCore

/// The bytes of a Sparkplug B payload to and from values. The only place that knows of protobuf.
enum SparkplugPayload {
    /// Why bytes are no payload.
    enum Failure: Error, Hashable {
        case malformed
        case tooLarge
        case tooManyMetrics
    }

    /// Fills in what `message` carries.
    static func decode(_ bytes: ArraySlice<UInt8>, into message: inout SparkplugMessage) throws(Failure) {
        guard bytes.count <= Limits.sparkplugPayloadBytesMax else { throw .tooLarge }
        // Before anything is made of it: an empty metric takes two bytes on the wire and two hundred in memory.
        guard let count = Self.metricCount(bytes) else { throw .malformed }
        guard count <= Limits.sparkplugMetricsMax else { throw .tooManyMetrics }
        let payload: Telemetryd_Sparkplug_Payload
        do {
            payload = try Telemetryd_Sparkplug_Payload(serializedBytes: Array(bytes))
        } catch {
            throw .malformed
        }
        message.sequence = payload.hasSeq ? UInt8(exactly: payload.seq) : nil
        message.timestamp = payload.hasTimestamp ? Self.timestamp(payload.timestamp) : nil
        message.metrics = payload.metrics.map(Self.metric)
    }

    /// The command that asks a node for a new birth (section 6.4.21).
    static func rebirthCommand(now: Timestamp) -> [UInt8] {
        var metric = Telemetryd_Sparkplug_Metric()
        metric.name = "Node Control/Rebirth"
        metric.timestamp = UInt64(clamping: now.milliseconds)
        metric.datatype = SparkplugDataType.boolean
        metric.booleanValue = true
        var payload = Telemetryd_Sparkplug_Payload()
        payload.timestamp = UInt64(clamping: now.milliseconds)
        payload.metrics = [metric]
        // Nothing in it is required, so there is nothing that could be missing.
        return (try? payload.serializedBytes()) ?? []
    }

    private static func metric(_ metric: Telemetryd_Sparkplug_Metric) -> SparkplugMetric {
        var result = SparkplugMetric()
        result.name = metric.hasName ? metric.name : nil
        result.alias = metric.hasAlias ? metric.alias : nil
        result.timestamp = metric.hasTimestamp ? Self.timestamp(metric.timestamp) : nil
        result.dataType = metric.hasDatatype ? metric.datatype : nil
        result.isHistorical = metric.isHistorical
        result.unit = metric.hasProperties ? Self.unit(metric.properties) : nil
        result.value = metric.isNull ? nil : Self.value(metric.value)
        return result
    }

    private static func value(_ value: Telemetryd_Sparkplug_Metric.OneOf_Value?) -> SparkplugMetric.Value? {
        switch value {
        case .intValue(let value): .integer(value)
        case .longValue(let value): .long(value)
        case .floatValue(let value): .float(value)
        case .doubleValue(let value): .double(value)
        case .booleanValue, .stringValue, .bytesValue: .notANumber
        case nil: nil
        }
    }

    /// Property `engUnit`, the name that Ignition and the TCK use.
    private static func unit(_ properties: Telemetryd_Sparkplug_PropertySet) -> String? {
        for (key, value) in zip(properties.keys, properties.values) where key == "engUnit" || key == "EngUnit" {
            if case .stringValue(let unit) = value.value, !unit.isEmpty { return unit }
        }
        return nil
    }

    private static func timestamp(_ milliseconds: UInt64) -> Timestamp {
        Timestamp(milliseconds: Int64(clamping: milliseconds))
    }

    /// How many fields number 2 (`metrics`) the payload has at its top; nil when it is not even protobuf.
    private static func metricCount(_ bytes: ArraySlice<UInt8>) -> Int? {
        var rest = bytes
        var count = 0
        while !rest.isEmpty {
            guard let tag = Self.varint(&rest) else { return nil }
            let length: UInt64
            switch tag & 7 {
            case 0:
                guard Self.varint(&rest) != nil else { return nil }
                length = 0
            case 1: length = 8
            case 2:
                guard let announced = Self.varint(&rest) else { return nil }
                length = announced
            case 5: length = 4
            default: return nil
            }
            guard length <= UInt64(rest.count) else { return nil }
            rest = rest.dropFirst(Int(length))
            if tag >> 3 == 2 { count += 1 }
        }
        return count
    }

    private static func varint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            guard let byte = bytes.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }
}
