import TelemetryCore

/// Reads the common payload in one pass over its bytes, without a tree: a flat object of numbers and a timestamp.
///
/// It knows only what it accepts. Anything else — a nested value, an escape, text under a key that is no timestamp, a
/// mistake of any kind — gives nil, and the general decoder reads the payload again and says what is wrong. So the two
/// must agree only where this one gives a reading; `PayloadDecoderFuzzTests` compares them.
///
/// Unsafe: it is used only while the bytes are there, inside of the call that lends them; and it looks at none beyond
/// `count`. (An `ArraySlice` in its place costs a count of references for each key.)
struct FlatObjectScanner {
    private let bytes: UnsafePointer<UInt8>
    private let count: Int
    private var index = 0

    /// `nil` for no bytes at all.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress else { return nil }
        self.bytes = start
        self.count = bytes.count
    }

    /// What an object held; `timestamp` nil: the time of receipt.
    struct Flat {
        var metrics = Metrics()
        var timestamp: Timestamp?
        /// Not checked yet; nil when the object names none.
        var machine: UnsafeBufferPointer<UInt8>?
    }

    var isAtEnd: Bool { self.index == self.count }

    mutating func skipWhitespace() {
        while self.index < self.count, self.bytes[self.index].isJSONWhitespace { self.index += 1 }
    }

    mutating func skip(_ byte: Unicode.Scalar) -> Bool {
        guard self.index < self.count, self.bytes[self.index] == UInt8(ascii: byte) else { return false }
        self.index += 1
        return true
    }

    /// One object with at least one metric, or nil.
    mutating func object() -> Flat? {
        var flat = Flat()
        var ts: Timestamp?
        guard self.skip("{") else { return nil }
        repeat {
            self.skipWhitespace()
            guard let key = self.plainString() else { return nil }
            self.skipWhitespace()
            guard self.skip(":") else { return nil }
            self.skipWhitespace()
            switch MemberKey(key) {
            case .metric(let metric):
                guard let number = self.number() else { return nil }
                flat.metrics.set(metric, number)
            case .extra(let name):
                guard flat.metrics.hasRoom(for: name), let number = self.number() else { return nil }
                flat.metrics.set(extra: name, number)
            case .timestamp:
                guard let time = self.timestamp() else { return nil }
                flat.timestamp = time
            case .ts:
                guard let time = self.timestamp() else { return nil }
                ts = time
            case .machine:
                guard let name = self.plainString() else { return nil }
                flat.machine = name
            case .reserved:
                guard self.plainString() != nil || self.number() != nil else { return nil }
            case .unusable, .values:
                return nil
            }
            self.skipWhitespace()
        } while self.skip(",")
        guard self.skip("}"), !flat.metrics.isEmpty else { return nil }
        flat.timestamp = flat.timestamp ?? ts
        return flat
    }

    /// The bytes between two quotes when all are printable ASCII without `\`.
    private mutating func plainString() -> UnsafeBufferPointer<UInt8>? {
        guard self.skip("\"") else { return nil }
        let start = self.index
        while self.index < self.count {
            let byte = self.bytes[self.index]
            if byte == UInt8(ascii: "\"") {
                defer { self.index += 1 }
                return UnsafeBufferPointer(start: self.bytes + start, count: self.index - start)
            }
            guard byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\\") else { return nil }
            self.index += 1
        }
        return nil
    }

    private mutating func timestamp() -> Timestamp? {
        guard self.index < self.count else { return nil }
        if self.bytes[self.index] == UInt8(ascii: "\"") {
            return self.plainString().flatMap { Timestamp(iso8601: $0) }
        }
        return self.number().flatMap { Timestamp(unixNumber: $0) }
    }

    /// A finite number in RFC 8259's grammar.
    private mutating func number() -> Double? {
        let start = self.index
        let isNegative = self.skip("-")
        var mantissa: UInt64 = 0
        var exponent = 0
        let integerStart = self.index
        guard let integerDigits = self.digits(into: &mantissa) else { return nil }
        if integerDigits > 1, self.bytes[integerStart] == UInt8(ascii: "0") { return nil }
        var digitCount = integerDigits
        if self.skip(".") {
            guard let fractionDigits = self.digits(into: &mantissa) else { return nil }
            digitCount += fractionDigits
            exponent = -fractionDigits
        }
        if self.skip("e") || self.skip("E") {
            let isExponentNegative = self.skip("-")
            if !isExponentNegative { _ = self.skip("+") }
            var power: UInt64 = 0
            guard let powerDigits = self.digits(into: &power) else { return nil }
            // More than four digits are zero or infinity, unless there are zeros in front: the slow way knows.
            exponent = powerDigits <= 4 ? exponent + (isExponentNegative ? -Int(power) : Int(power)) : 10_000
        }
        // Exact when mantissa and power of ten both are doubles: then one correctly rounded operation remains
        // (W. D. Clinger, "How to Read Floating Point Numbers Accurately", 1990). 19 digits cannot overflow UInt64.
        if digitCount <= 19, mantissa <= 1 << 53, abs(exponent) <= 22 {
            let power = Self.powersOfTen[abs(exponent)]
            let magnitude = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
            return isNegative ? -magnitude : magnitude
        }
        guard let number = Double(self.text(from: start)) else { return nil }
        return number.isFinite ? number : nil
    }

    private func text(from start: Int) -> String {
        String(decoding: UnsafeBufferPointer(start: self.bytes + start, count: self.index - start), as: UTF8.self)
    }

    /// Appends digits to `number` (wrapping; the caller counts) and gives how many there were; nil for none.
    private mutating func digits(into number: inout UInt64) -> Int? {
        let start = self.index
        while self.index < self.count {
            let digit = self.bytes[self.index] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            number = number &* 10 &+ UInt64(digit)
            self.index += 1
        }
        return self.index > start ? self.index - start : nil
    }

    /// 10^0 … 10^22: all the powers of ten that are exact doubles.
    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}

extension Metrics {
    /// Without going through the name.
    mutating func set(_ metric: StandardMetric, _ value: Double?) {
        switch metric {
        case .rpm: self.rpm = value
        case .torque: self.torque = value
        case .pressure: self.pressure = value
        }
    }
}
