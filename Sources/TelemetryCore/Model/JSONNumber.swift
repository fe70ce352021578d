/// Numbers as JSON text, without a `String` in between where that is possible.
package enum JSONNumber {
    /// The shortest text that reads back to the same double; integers have no `.0`.
    /// JSON has no NaN and no infinity: our own bug traps in debug and writes `null` in release.
    package static func write(_ number: Double, into bytes: inout [UInt8]) {
        guard number.isFinite else {
            assertionFailure("JSON cannot hold \(number)")
            bytes.append(contentsOf: "null".utf8)
            return
        }
        // Below 2^53 every integer is exact, and its digits are the shortest text. -0 is kept apart: it has a sign.
        if number.magnitude < 0x1p53, let integer = Int64(exactly: number), integer != 0 || number.sign == .plus {
            Self.write(integer, into: &bytes)
            return
        }
        // Swift's description is the shortest that reads back; only its ".0" is too much.
        let text = number.description
        let digits = text.hasSuffix(".0") ? text.utf8.dropLast(2) : text.utf8[...]
        bytes.append(contentsOf: digits)
    }

    /// Decimal digits of an integer.
    package static func write(_ number: Int64, into bytes: inout [UInt8]) {
        var magnitude = number.magnitude
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        repeat {
            let (quotient, digit) = magnitude.quotientAndRemainder(dividingBy: 10)
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
            magnitude = quotient
        } while magnitude > 0
        bytes[start...].reverse()
    }
}
