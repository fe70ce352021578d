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
        if Self.writeDecimals(number, into: &bytes) { return }
        // Swift's description is the shortest that reads back; only its ".0" is too much.
        let text = number.description
        let digits = text.hasSuffix(".0") ? text.utf8.dropLast(2) : text.utf8[...]
        bytes.append(contentsOf: digits)
    }

    /// Sensors send few decimals. Of 15 digits in all no two decimals read as the same double, so where one of at most
    /// three decimals does, it is the shortest text.
    private static func writeDecimals(_ number: Double, into bytes: inout [UInt8]) -> Bool {
        let thousandths = (number.magnitude * 1000).rounded()
        guard thousandths < 1e15, thousandths / 1000 == number.magnitude, thousandths >= 1 else { return false }
        var (whole, rest) = UInt64(thousandths).quotientAndRemainder(dividingBy: 1000)
        guard rest > 0 else { return false }
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        Self.write(magnitude: whole, into: &bytes)
        bytes.append(UInt8(ascii: "."))
        var unit: UInt64 = 100
        while rest > 0 {
            (whole, rest) = rest.quotientAndRemainder(dividingBy: unit)
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: whole))
            unit /= 10
        }
        return true
    }

    /// Decimal digits of an integer.
    package static func write(_ number: Int64, into bytes: inout [UInt8]) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        Self.write(magnitude: number.magnitude, into: &bytes)
    }

    private static func write(magnitude: UInt64, into bytes: inout [UInt8]) {
        // 20 digits at most.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var (rest, start) = (magnitude, 20)
            repeat {
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
                rest = quotient
            } while rest > 0
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }
}
