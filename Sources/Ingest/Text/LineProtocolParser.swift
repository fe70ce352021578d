import TelemetryCore

/// One line of InfluxDB's line protocol as a row: `press1,site=a rpm=1480.2,starts=7i 1763717286000000000`.
///
/// The machine is the tag `machine`, else the measurement. Fields are metrics; one called `value` has the measurement's
/// name where that is not the machine (`rpm,machine=press1 value=1480`). Integers (`7i`, `7u`) are numbers; text and
/// true or false are none, and left out like everywhere else.
struct LineProtocolParser {
    private static let backslash = UInt8(ascii: "\\")

    private let bytes: ArraySlice<UInt8>
    private var index: Int
    private let precision: LineProtocolPrecision
    private var row = ReadingRow()

    /// `line` is not empty and begins with no white space. `hasMachine`: the measurement is not needed as its name.
    static func row(
        _ line: ArraySlice<UInt8>, precision: LineProtocolPrecision, hasMachine: Bool
    ) -> ReadingRow {
        var parser = LineProtocolParser(line, precision)
        parser.read(hasMachine: hasMachine)
        parser.row.finish()
        return parser.row
    }

    private init(_ line: ArraySlice<UInt8>, _ precision: LineProtocolPrecision) {
        self.bytes = line
        self.index = line.startIndex
        self.precision = precision
    }

    private var current: UInt8? { self.index < self.bytes.endIndex ? self.bytes[self.index] : nil }

    private mutating func skip(_ byte: Unicode.Scalar) -> Bool {
        guard self.current == UInt8(ascii: byte) else { return false }
        self.index += 1
        return true
    }

    private mutating func expected(_ what: String) {
        let place = self.index - self.bytes.startIndex
        self.row.refuse(.badSchema, "no line protocol: at byte \(place) expected \(what)")
    }

    private mutating func read(hasMachine: Bool) {
        let measurement = self.name(until: ", ")
        if measurement.isEmpty { return self.expected("a measurement") }
        var machine: [UInt8]?
        while self.skip(",") {
            let key = self.name(until: "=, ")
            guard self.skip("=") else { return self.expected("`=` after a tag's name") }
            let value = self.name(until: ", ")
            if key[...].spells("machine") { machine = value }
        }
        guard self.skip(" ") else { return self.expected("a space and the fields") }
        self.skipSpaces()
        let named = machine ?? (hasMachine ? nil : measurement)
        if let named {
            self.row.machine = MachineID(String(decoding: named.prefix(65), as: UTF8.self))
            if self.row.machine == nil {
                let rule = "is 1 to 64 of A-Z a-z 0-9 . _ -, not . or - first"
                self.row.refuse(.badMachineName, "a machine's name (the tag machine, or the measurement) \(rule)")
            }
        }
        // Where the measurement names the machine it can name no metric.
        self.fields(measurement: machine != nil || hasMachine ? measurement : nil)
        self.time()
    }

    private mutating func skipSpaces() { while self.skip(" ") {} }

    /// Bytes up to one of `ends` (or the end), with `\,` `\=` `\ ` resolved; other backslashes stand for themselves.
    private mutating func name(until ends: StaticString) -> [UInt8] {
        var name: [UInt8] = []
        while let byte = self.current {
            if byte == Self.backslash, self.index + 1 < self.bytes.endIndex,
                Self.isEscapable(self.bytes[self.index + 1])
            {
                name.append(self.bytes[self.index + 1])
                self.index += 2
                continue
            }
            if ends.withUTF8Buffer({ $0.contains(byte) }) { break }
            name.append(byte)
            self.index += 1
        }
        return name
    }

    private static func isEscapable(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "=") || byte == UInt8(ascii: " ")
    }

    private mutating func fields(measurement: [UInt8]?) {
        repeat {
            var key = self.name(until: "=, ")
            guard !key.isEmpty, self.skip("=") else { return self.expected("a field like rpm=1480.2") }
            if key[...].spells("value"), let measurement { key = measurement }
            if self.current == UInt8(ascii: "\"") {
                guard self.skipText() else { return self.expected("the closing `\"`") }
                self.row.miss(.noNumber, "\(ReadingMembers.shown(key)) is not a number but text")
            } else {
                let start = self.index
                while let byte = self.current, byte != UInt8(ascii: ","), byte != UInt8(ascii: " ") { self.index += 1 }
                self.take(key[...], self.bytes[start..<self.index])
            }
        } while self.row.refusal == nil && self.skip(",")
    }

    /// `"…"` with `\"` and `\\` within.
    private mutating func skipText() -> Bool {
        self.index += 1
        while let byte = self.current {
            self.index += byte == Self.backslash ? 2 : 1
            if byte == UInt8(ascii: "\"") { return true }
        }
        self.index = self.bytes.endIndex
        return false
    }

    private mutating func take(_ key: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) {
        if NotFiniteWord.isAll(text) {
            return self.row.refuse(
                .notFinite, "\(ReadingMembers.shown(key)) must be a number; leave out what is not known")
        }
        guard let number = Self.number(text) else {
            let what = Self.isBoolean(text) ? "true or false" : ReadingMembers.shown(text)
            let remedy = "\(ReadingMembers.shown(key)) is not a number but \(what)"
            return Self.isBoolean(text) ? self.row.miss(.noNumber, remedy) : self.row.refuse(.noNumber, remedy)
        }
        switch MemberKey(key) {
        case .metric(let metric):
            if let name = MetricName(metric.rawValue) { self.row.set(name, number) }
        case .extra(let name), .values(let name):
            self.row.set(name, number)
        case .unusable:
            let rule = "a letter, then at most 31 letters, digits or _"
            self.row.miss(.badMetricName, "\(ReadingMembers.shown(key)) is no name for a metric: \(rule)")
        case .timestamp, .ts, .machine, .reserved:
            return
        }
    }

    /// A float, or an integer with `i` or `u`.
    private static func number(_ text: ArraySlice<UInt8>) -> Double? {
        guard let last = text.last, last == UInt8(ascii: "i") || last == UInt8(ascii: "u") else {
            return text.decimalNumber
        }
        let digits = String(decoding: text.dropLast().prefix(21), as: UTF8.self)
        guard text.count <= 21 else { return nil }
        return last == UInt8(ascii: "i") ? Int64(digits).map { Double($0) } : UInt64(digits).map { Double($0) }
    }

    private static func isBoolean(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.count <= 5 else { return false }
        return ["t", "T", "true", "True", "TRUE", "f", "F", "false", "False", "FALSE"].contains {
            text.elementsEqual($0.utf8)
        }
    }

    private mutating func time() {
        guard self.row.refusal == nil else { return }
        self.skipSpaces()
        guard let first = self.current else { return }
        let text = self.bytes[self.index...].trimmingJSONWhitespace()
        guard first == UInt8(ascii: "-") || first.isDigit, text.count <= 20,
            let number = Int64(String(decoding: text, as: UTF8.self)),
            let timestamp = self.precision.timestamp(number)
        else {
            let unit = self.precision.rawValue
            let remedy = "is no time in \(unit) since 1970; a timestamp is a whole number, its unit is precision="
            return self.row.refuse(.badTimestamp, "\(ReadingMembers.shown(text)) \(remedy)")
        }
        self.row.timestamp = timestamp
    }
}
