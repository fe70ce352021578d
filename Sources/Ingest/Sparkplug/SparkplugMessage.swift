import TelemetryCore

/// A message of an edge node, decoded, and all that is needed to apply it later.
struct SparkplugMessage: Sendable {
    let topic: SparkplugTopic
    /// 0 to 255; nil when the message has none, as node deaths.
    var sequence: UInt8?
    /// When it was made, by the node's clock.
    var timestamp: Timestamp?
    var metrics: [SparkplugMetric] = []
    /// When it came.
    let received: Timestamp
    /// Nodes must not have their messages retained; one that does tells a last value, no fresh one.
    var isRetained = false
    /// The broker has sent it before.
    var isRedelivered = false
    /// Bytes on the wire.
    let byteCount: Int
    /// Its first bytes, for a refusal.
    let excerpt: [UInt8]

    /// The birth or death number: which death belongs to which birth (section 6.4.5).
    var birthDeathSequence: UInt64? {
        for metric in self.metrics where metric.name == "bdSeq" {
            switch metric.value {
            case .integer(let value): return UInt64(value)
            case .long(let value): return value
            case .float, .double, .notANumber, nil: return nil
            }
        }
        return nil
    }
}

/// One metric of a message.
struct SparkplugMetric: Hashable, Sendable {
    /// The forms in which protobuf carries a value.
    enum Value: Hashable, Sendable {
        case integer(UInt32)
        case long(UInt64)
        case float(Float)
        case double(Double)
        /// Text, truth value, bytes, data set, template.
        case notANumber
    }

    /// Births have names; data may have only the alias that the birth gave.
    var name: String?
    var alias: UInt64?
    var timestamp: Timestamp?
    /// Section 6.4.16; nil when left out, which data may do.
    var dataType: UInt32?
    /// Made earlier and sent now: history, and nothing about the present.
    var isHistorical = false
    /// Property `engUnit`, if there is one.
    var unit: String?
    /// Nil: `is_null`, or there is none.
    var value: Value?

    /// The value as a number; nil when it is none. 64-bit integers beyond 2^53 are rounded to the nearest double.
    ///
    /// A 32-bit float becomes the double with the same shortest text: a sensor's 1480.2 stays 1480.2, and is not shown
    /// as 1480.199951171875.
    ///
    /// - Parameter type: the data type of the birth, for data that leave it out.
    func number(type: UInt32?) -> Double? {
        let type = self.dataType ?? type
        switch self.value {
        case .integer(let bits):
            switch type {
            // Signed types come sign-extended, or from some senders cut to their own width: both read right like this.
            case SparkplugDataType.int8: return Double(Int8(truncatingIfNeeded: bits))
            case SparkplugDataType.int16: return Double(Int16(truncatingIfNeeded: bits))
            case SparkplugDataType.int32: return Double(Int32(truncatingIfNeeded: bits))
            case SparkplugDataType.int64: return Double(Int32(truncatingIfNeeded: bits))
            case SparkplugDataType.boolean, SparkplugDataType.dateTime: return nil
            default: return Double(bits)
            }
        case .long(let bits):
            switch type {
            case SparkplugDataType.int8, SparkplugDataType.int16, SparkplugDataType.int32, SparkplugDataType.int64:
                return Double(Int64(truncatingIfNeeded: bits))
            case SparkplugDataType.boolean, SparkplugDataType.dateTime: return nil
            default: return Double(bits)
            }
        case .float(let value): return Double(value.description)
        case .double(let value): return value
        case .notANumber, nil: return nil
        }
    }
}

/// The data types that make a difference to how a number is read (section 6.4.16).
enum SparkplugDataType {
    static let int8: UInt32 = 1
    static let int16: UInt32 = 2
    static let int32: UInt32 = 3
    static let int64: UInt32 = 4
    static let boolean: UInt32 = 11
    static let dateTime: UInt32 = 13
}
