/// Writes Sparkplug payloads byte by byte from the specification's field numbers, without the generated code.
struct SparkplugBytes {
    private(set) var bytes: [UInt8] = []

    init(seq: UInt64? = nil, timestamp: UInt64? = nil, _ metrics: [Self] = []) {
        if let timestamp { self.varint(field: 1, timestamp) }
        for metric in metrics { self.message(field: 2, metric) }
        if let seq { self.varint(field: 3, seq) }
    }

    private init() {}

    /// A metric. `value` writes its value field.
    static func metric(
        _ name: String? = nil, alias: UInt64? = nil, timestamp: UInt64? = nil, type: UInt64? = nil,
        historical: Bool = false, null: Bool = false, unit: String? = nil, _ value: (inout Self) -> Void = { _ in }
    ) -> Self {
        var metric = Self()
        if let name { metric.text(field: 1, name) }
        if let alias { metric.varint(field: 2, alias) }
        if let timestamp { metric.varint(field: 3, timestamp) }
        if let type { metric.varint(field: 4, type) }
        if historical { metric.varint(field: 5, 1) }
        if null { metric.varint(field: 7, 1) }
        if let unit {
            var value = Self()
            value.varint(field: 1, 12)
            value.text(field: 8, unit)
            var properties = Self()
            properties.text(field: 1, "engUnit")
            properties.message(field: 2, value)
            metric.message(field: 9, properties)
        }
        value(&metric)
        return metric
    }

    static func double(_ name: String? = nil, alias: UInt64? = nil, at time: UInt64? = nil, _ value: Double) -> Self {
        Self.metric(name, alias: alias, timestamp: time, type: 10) { $0.double(value) }
    }

    static func bdSeq(_ number: UInt64) -> Self {
        Self.metric("bdSeq", type: 4) { $0.long(number) }
    }

    mutating func int(_ value: UInt32) { self.varint(field: 10, UInt64(value)) }

    mutating func long(_ value: UInt64) { self.varint(field: 11, value) }

    mutating func float(_ value: Float) {
        self.tag(field: 12, wire: 5)
        self.fixed(value.bitPattern)
    }

    mutating func double(_ value: Double) {
        self.tag(field: 13, wire: 1)
        self.fixed(value.bitPattern)
    }

    mutating func boolean(_ value: Bool) { self.varint(field: 14, value ? 1 : 0) }

    mutating func string(_ value: String) { self.text(field: 15, value) }

    private mutating func tag(field: UInt64, wire: UInt64) { self.varint(field << 3 | wire) }

    private mutating func varint(field: UInt64, _ value: UInt64) {
        self.tag(field: field, wire: 0)
        self.varint(value)
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            self.bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        self.bytes.append(UInt8(rest))
    }

    private mutating func fixed(_ bits: some FixedWidthInteger) {
        withUnsafeBytes(of: bits.littleEndian) { self.bytes.append(contentsOf: $0) }
    }

    private mutating func text(field: UInt64, _ text: String) {
        self.tag(field: field, wire: 2)
        self.varint(UInt64(text.utf8.count))
        self.bytes.append(contentsOf: text.utf8)
    }

    private mutating func message(field: UInt64, _ message: Self) {
        self.tag(field: field, wire: 2)
        self.varint(UInt64(message.bytes.count))
        self.bytes.append(contentsOf: message.bytes)
    }
}
