/// Walks over the text of one timestamp. Every method moves on only when it finds what it looks for.
struct ISO8601Cursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { self.index == self.bytes.count }

    mutating func number(digits: Int) -> Int64? {
        guard self.index + digits <= self.bytes.count else { return nil }
        var number: Int64 = 0
        for offset in 0..<digits {
            guard let digit = Self.digit(self.bytes[self.index + offset]) else { return nil }
            number = number * 10 + digit
        }
        self.index += digits
        return number
    }

    mutating func skip(_ one: Unicode.Scalar, _ other: Unicode.Scalar) -> Bool {
        guard self.index < self.bytes.count else { return false }
        let byte = self.bytes[self.index]
        guard byte == UInt8(ascii: one) || byte == UInt8(ascii: other) else { return false }
        self.index += 1
        return true
    }

    /// Zero without a fraction; `nil` for one without digits or with more than nine.
    mutating func fractionMilliseconds() -> Int64? {
        guard self.skip(".", ",") else { return 0 }
        var count = 0
        var milliseconds: Int64 = 0
        while self.index < self.bytes.count, let digit = Self.digit(self.bytes[self.index]) {
            if count < 3 { milliseconds = milliseconds * 10 + digit }
            count += 1
            self.index += 1
        }
        switch count {
        case 1: return milliseconds * 100
        case 2: return milliseconds * 10
        case 3...9: return milliseconds
        default: return nil
        }
    }

    /// Minutes east of UTC; RFC 3339 allows up to ±23:59.
    mutating func zoneOffsetMinutes() -> Int64? {
        if self.skip("Z", "z") { return 0 }
        let isEast = self.skip("+", "+")
        guard isEast || self.skip("-", "-"), let hours = self.number(digits: 2) else { return nil }
        _ = self.skip(":", ":")
        guard let minutes = self.number(digits: 2), hours <= 23, minutes <= 59 else { return nil }
        let offset = hours * 60 + minutes
        return isEast ? offset : -offset
    }

    private static func digit(_ byte: UInt8) -> Int64? {
        let digit = byte &- UInt8(ascii: "0")
        return digit <= 9 ? Int64(digit) : nil
    }
}
