import TelemetryCore

@testable import Ingest

/// Interface section 3 once more, written down as plainly as can be: no bytes, no fast way, no remedies. What it gives
/// for an element of a payload, the decoder must give.
struct ReferenceDecoder {
    indirect enum Value {
        case null, bool
        case number(Double)
        case text(String)
        case array([Value])
        /// Keys as scalars: two texts that look alike are two keys. The last one of a key is left.
        case object([[Unicode.Scalar]: Value])
    }

    struct Broken: Error {}

    /// One element: its reading, or nil for a refusal.
    static func decode(_ payload: [UInt8], machine: MachineID?, received: Timestamp) -> [Reading?] {
        guard payload.count <= 64 * 1024, let text = String(validating: payload, as: UTF8.self) else { return [nil] }
        var scalars = Array(text.unicodeScalars)
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        var parser = ReferenceDecoder(rest: scalars[...])
        guard let value = try? parser.document() else { return [nil] }
        guard case .array(let elements) = value else {
            return [Self.reading(value, machine: machine, received: received)]
        }
        if elements.isEmpty { return [nil] }
        return elements.map { Self.reading($0, machine: machine, received: received) }
    }

    private static func reading(_ value: Value, machine: MachineID?, received: Timestamp) -> Reading? {
        guard case .object(let members) = value else { return nil }
        var numbers: [String: (Double, String?)] = [:]
        guard Self.collect(members, isNested: false, into: &numbers) else { return nil }
        if case .object(let nested)? = members[Array("values".unicodeScalars)] {
            guard Self.collect(nested, isNested: true, into: &numbers) else { return nil }
        }
        guard case .some(let timestamp) = Self.timestamp(members), !numbers.isEmpty else { return nil }
        let standard = StandardMetric.allCases.map(\.rawValue)
        guard numbers.keys.count(where: { !standard.contains($0) }) <= 64 else { return nil }
        var owner = machine
        if owner == nil, case .text(let name)? = members[Array("machine".unicodeScalars)] { owner = MachineID(name) }
        guard let owner else { return nil }
        var metrics = Metrics()
        var units: [MetricUnit] = []
        for (name, (number, unit)) in numbers {
            guard let metric = MetricName(name) else { return nil }
            metrics.set(metric, number)
            if let unit { units.append(MetricUnit(metric: metric, symbol: unit)) }
        }
        return Reading(machine: owner, timestamp: timestamp, received: received, metrics: metrics, units: units)
    }

    /// False: the reading is refused.
    private static func collect(
        _ members: [[Unicode.Scalar]: Value], isNested: Bool, into numbers: inout [String: (Double, String?)]
    ) -> Bool {
        for (key, value) in members {
            let name = key.map(String.init).joined()
            if ["timestamp", "ts", "machine", "seq", "epoch"].contains(name) || MetricName(name) == nil { continue }
            switch value {
            case .number(let number):
                guard number.isFinite else { return false }
                numbers[name] = (number, nil)
            case .object(let parts) where name != "values" || isNested:
                func part(_ short: String, _ long: String) -> Value? {
                    parts[Array(short.unicodeScalars)] ?? parts[Array(long.unicodeScalars)]
                }
                guard case .number(let number)? = part("v", "value") else { continue }
                guard number.isFinite else { return false }
                switch part("u", "unit") {
                case nil, .null: numbers[name] = (number, nil)
                case .text(let unit) where unit.utf8.count <= 32: numbers[name] = (number, unit)
                default: return false
                }
            default:
                continue
            }
        }
        return true
    }

    /// `.some(nil)`: there is none. nil: it is a bad one.
    private static func timestamp(_ members: [[Unicode.Scalar]: Value]) -> Timestamp?? {
        for key in ["timestamp", "ts"] {
            switch members[Array(key.unicodeScalars)] {
            case nil, .null: continue
            case .text(let text): return Timestamp(iso8601: text).map(Optional.some)
            case .number(let number): return Timestamp(unixNumber: number).map(Optional.some)
            default: return nil
            }
        }
        return .some(nil)
    }

    // MARK: RFC 8259

    private var rest: ArraySlice<Unicode.Scalar>
    private var depth = 0

    private init(rest: ArraySlice<Unicode.Scalar>) {
        self.rest = rest
    }

    private mutating func document() throws -> Value {
        let value = try self.value()
        self.space()
        guard self.rest.isEmpty else { throw Broken() }
        return value
    }

    private mutating func space() { self.rest = self.rest.drop { " \t\r\n".unicodeScalars.contains($0) } }

    private mutating func take(_ text: String) -> Bool {
        guard self.rest.starts(with: text.unicodeScalars) else { return false }
        self.rest = self.rest.dropFirst(text.unicodeScalars.count)
        return true
    }

    private mutating func value() throws -> Value {
        self.space()
        if self.take("null") { return .null }
        if self.take("true") || self.take("false") { return .bool }
        if self.take("\"") { return .text(String(String.UnicodeScalarView(try self.text()))) }
        self.depth += 1
        defer { self.depth -= 1 }
        if self.take("[") {
            guard self.depth <= 16 else { throw Broken() }
            return .array(try self.list(until: "]") { parser in try parser.value() })
        }
        if self.take("{") {
            guard self.depth <= 16 else { throw Broken() }
            let members = try self.list(until: "}") { parser in
                guard parser.take("\"") else { throw Broken() }
                let key = try parser.text()
                parser.space()
                guard parser.take(":") else { throw Broken() }
                return (key, try parser.value())
            }
            return .object(Dictionary(members, uniquingKeysWith: { $1 }))
        }
        return .number(try self.number())
    }

    private mutating func list<Item>(
        until end: String, _ item: (inout ReferenceDecoder) throws -> Item
    ) throws -> [Item] {
        var items: [Item] = []
        self.space()
        if self.take(end) { return items }
        repeat {
            self.space()
            items.append(try item(&self))
            self.space()
        } while self.take(",")
        guard self.take(end) else { throw Broken() }
        return items
    }

    private mutating func number() throws -> Double {
        let text = String(String.UnicodeScalarView(self.rest.prefix { "+-.eE0123456789".unicodeScalars.contains($0) }))
        var left = text[...]
        func digits() throws {
            guard left.first?.isNumber == true else { throw Broken() }
            left = left.drop { $0.isNumber }
        }
        if left.first == "-" { left.removeFirst() }
        if left.first == "0" { left.removeFirst() } else { try digits() }
        if left.first == "." {
            left.removeFirst()
            try digits()
        }
        if let first = left.first, first == "e" || first == "E" {
            left.removeFirst()
            if let sign = left.first, sign == "+" || sign == "-" { left.removeFirst() }
            try digits()
        }
        guard left.isEmpty, let number = Double(text) else { throw Broken() }
        self.rest = self.rest.dropFirst(text.unicodeScalars.count)
        return number
    }

    private mutating func text() throws -> [Unicode.Scalar] {
        var text: [Unicode.Scalar] = []
        while let scalar = self.rest.popFirst() {
            switch scalar {
            case "\"": return text
            case "\\": text.append(try self.escape())
            default:
                guard scalar.value >= 0x20 else { throw Broken() }
                text.append(scalar)
            }
        }
        throw Broken()
    }

    private mutating func escape() throws -> Unicode.Scalar {
        let plain: [Unicode.Scalar: Unicode.Scalar] = [
            "\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t",
        ]
        guard let scalar = self.rest.popFirst() else { throw Broken() }
        if let meant = plain[scalar] { return meant }
        guard scalar == "u" else { throw Broken() }
        let first = try self.hex()
        if let meant = Unicode.Scalar(first) { return meant }
        var ahead = self
        if first < 0xDC00, ahead.take("\\u") {
            let second = try ahead.hex()
            if (0xDC00...0xDFFF).contains(second) {
                self = ahead
                return Unicode.Scalar(0x10000 + (first - 0xD800) * 0x400 + (second - 0xDC00)) ?? "\u{FFFD}"
            }
        }
        return "\u{FFFD}"
    }

    private mutating func hex() throws -> UInt32 {
        let digits = String(String.UnicodeScalarView(self.rest.prefix(4)))
        guard digits.unicodeScalars.count == 4, digits.utf8.allSatisfy(\.isHexDigit),
            let code = UInt32(digits, radix: 16)
        else { throw Broken() }
        self.rest = self.rest.dropFirst(4)
        return code
    }
}
