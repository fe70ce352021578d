extension Timestamp {
    /// `2026-11-21T09:41:26.123Z`: always UTC, always three digits of fraction, 24 bytes.
    package var iso8601: String {
        String(unsafeUninitializedCapacity: 24) { buffer in
            self.fill(buffer)
            return 24
        }
    }

    /// Appends the 24 bytes of `iso8601`.
    package func writeISO8601(into bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { buffer in
            self.fill(buffer)
            bytes.append(contentsOf: buffer)
        }
    }

    /// Reads `yyyy-MM-ddTHH:mm:ss[.fraction](Z|±hh:mm)` (RFC 3339: also lower case, a space for the `T`, a comma,
    /// `±hhmm`). The zone is required. Fractions have 1 to 9 digits and are cut to milliseconds. A leap second
    /// (`:60`) is the next second. `nil` for anything else, and beyond the years 0000 to 9999.
    package init?(iso8601 text: String) {
        var text = text
        guard let parsed = text.withUTF8({ Self.parse($0) }) else { return nil }
        guard parsed >= Self.millisecondsMin, parsed <= Self.millisecondsMax else { return nil }
        self.init(milliseconds: parsed)
    }

    /// The same from bytes, for decoders that hold no `String`.
    package init?(iso8601 bytes: ArraySlice<UInt8>) {
        guard let time = bytes.withUnsafeBufferPointer({ Timestamp(iso8601: $0) }) else { return nil }
        self = time
    }

    /// The same; `bytes` are only read during the call.
    package init?(iso8601 bytes: UnsafeBufferPointer<UInt8>) {
        guard let parsed = Self.parse(bytes) else { return nil }
        guard parsed >= Self.millisecondsMin, parsed <= Self.millisecondsMax else { return nil }
        self.init(milliseconds: parsed)
    }

    private func fill(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
        let (days, milliOfDay) = CivilDate.split(self.milliseconds, by: CivilDate.millisecondsPerDay)
        let date = CivilDate(daysSinceEpoch: days)
        func put(_ number: Int64, at start: Int, digits: Int) {
            var rest = number
            for index in stride(from: start + digits - 1, through: start, by: -1) {
                buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
        }
        put(date.year, at: 0, digits: 4)
        buffer[4] = UInt8(ascii: "-")
        put(date.month, at: 5, digits: 2)
        buffer[7] = UInt8(ascii: "-")
        put(date.day, at: 8, digits: 2)
        buffer[10] = UInt8(ascii: "T")
        put(milliOfDay / 3_600_000, at: 11, digits: 2)
        buffer[13] = UInt8(ascii: ":")
        put(milliOfDay / 60_000 % 60, at: 14, digits: 2)
        buffer[16] = UInt8(ascii: ":")
        put(milliOfDay / 1000 % 60, at: 17, digits: 2)
        buffer[19] = UInt8(ascii: ".")
        put(milliOfDay % 1000, at: 20, digits: 3)
        buffer[23] = UInt8(ascii: "Z")
    }

    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        // 20 = "yyyy-MM-ddTHH:mm:ssZ"; 35 = the same with nine digits of fraction and "±hh:mm".
        guard bytes.count >= 20, bytes.count <= 35 else { return nil }
        var cursor = ISO8601Cursor(bytes: bytes)
        guard let year = cursor.number(digits: 4), cursor.skip("-", "-"),
            let month = cursor.number(digits: 2), cursor.skip("-", "-"),
            let day = cursor.number(digits: 2), cursor.skip("T", "t") || cursor.skip(" ", " "),
            let hour = cursor.number(digits: 2), cursor.skip(":", ":"),
            let minute = cursor.number(digits: 2), cursor.skip(":", ":"),
            let second = cursor.number(digits: 2),
            let fraction = cursor.fractionMilliseconds(),
            let offsetMinutes = cursor.zoneOffsetMinutes(), cursor.isAtEnd
        else { return nil }
        guard let date = CivilDate(year: year, month: month, day: day) else { return nil }
        guard hour <= 23, minute <= 59, second <= 60 else { return nil }
        let minutes = date.daysSinceEpoch * 1440 + hour * 60 + minute - offsetMinutes
        return (minutes * 60 + second) * 1000 + fraction
    }
}
