package import TelemetryCore

/// Writes one JSON object member by member. A value that is nil is left out with its name. The names must not need
/// escaping.
package struct JSONMembers: ~Copyable {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    package init() {}

    /// The object so far, closed.
    package consuming func finished() -> [UInt8] {
        self.bytes.append(UInt8(ascii: "}"))
        return self.bytes
    }

    package mutating func text(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        self.name(name)
        JSONText.write(value, into: &self.bytes)
    }

    package mutating func time(_ name: StaticString, _ value: Timestamp?) {
        self.text(name, value?.iso8601)
    }

    package mutating func number(_ name: StaticString, _ value: Double?) {
        guard let value else { return }
        self.name(name)
        JSONNumber.write(value, into: &self.bytes)
    }

    package mutating func number(_ name: StaticString, _ value: Int64?) {
        guard let value else { return }
        self.name(name)
        JSONNumber.write(value, into: &self.bytes)
    }

    package mutating func flag(_ name: StaticString, _ value: Bool) {
        self.name(name)
        self.bytes.append(text: value ? "true" : "false")
    }

    /// A value that is JSON already.
    package mutating func json(_ name: StaticString, _ value: [UInt8]?) {
        guard let value else { return }
        self.name(name)
        self.bytes.append(contentsOf: value)
    }

    /// An array of values that are JSON already.
    package mutating func array(_ name: StaticString, _ values: some Sequence<[UInt8]>) {
        self.json(name, Self.array(values))
    }

    /// `[a,b]`
    package static func array(_ values: some Sequence<[UInt8]>) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        for value in values {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: value)
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }

    private mutating func name(_ name: StaticString) {
        if self.bytes.count > 1 { self.bytes.append(UInt8(ascii: ",")) }
        self.bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { self.bytes.append(contentsOf: $0) }
        self.bytes.append(contentsOf: [UInt8(ascii: "\""), UInt8(ascii: ":")])
    }
}
