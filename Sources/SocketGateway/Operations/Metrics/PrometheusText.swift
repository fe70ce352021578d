import TelemetryCore

/// Writes the Prometheus text format 0.0.4: each family once, its HELP and TYPE lines before its samples.
package struct PrometheusText {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// What a family's samples are.
    package enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// The samples of one family, while it is written.
    package struct Family {
        private let name: String
        fileprivate var bytes: [UInt8]

        fileprivate init(_ name: String, into bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }

        /// A sample with these labels (names must be valid, values may be anything).
        package mutating func sample(_ value: Double, _ labels: KeyValuePairs<String, String> = [:]) {
            self.sample(value, suffix: "", labels)
        }

        /// A whole number.
        package mutating func sample(_ value: Int, _ labels: KeyValuePairs<String, String> = [:]) {
            self.sample(Double(value), suffix: "", labels)
        }

        /// A sample of a histogram's part: `_bucket`, `_sum`, `_count`.
        package mutating func sample(_ value: Double, suffix: String, _ labels: KeyValuePairs<String, String> = [:]) {
            self.bytes.append(text: self.name)
            self.bytes.append(text: suffix)
            if !labels.isEmpty {
                var separator = UInt8(ascii: "{")
                for (name, value) in labels {
                    self.bytes.append(separator)
                    self.bytes.append(text: name)
                    self.bytes.append(text: "=\"")
                    PrometheusText.writeEscaped(value, quotes: true, into: &self.bytes)
                    self.bytes.append(UInt8(ascii: "\""))
                    separator = UInt8(ascii: ",")
                }
                self.bytes.append(UInt8(ascii: "}"))
            }
            self.bytes.append(UInt8(ascii: " "))
            JSONNumber.write(value, into: &self.bytes)
            self.bytes.append(UInt8(ascii: "\n"))
        }
    }

    /// What was written so far.
    package private(set) var bytes: [UInt8] = []
    #if DEBUG
        private var names: Set<String> = []
    #endif

    package init() {
        self.bytes.reserveCapacity(16_384)
    }

    /// A family and its samples. Each name at most once: a second family of a name is our own bug.
    package mutating func family(_ name: String, _ kind: Kind, _ help: String, _ write: (inout Family) -> Void) {
        #if DEBUG
            assert(self.names.insert(name).inserted, "\(name) is written twice")
        #endif
        self.bytes.append(text: "# HELP \(name) ")
        Self.writeEscaped(help, quotes: false, into: &self.bytes)
        self.bytes.append(text: "\n# TYPE \(name) \(kind.rawValue)\n")
        // Moved in and out: a family that copied all that is before it would make a scrape quadratic.
        var family = Family(name, into: self.bytes)
        self.bytes = []
        write(&family)
        self.bytes = family.bytes
    }

    /// A family of one sample without labels.
    package mutating func value(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        self.family(name, kind, help) { $0.sample(value) }
    }

    /// A family of one sample without labels.
    package mutating func value(_ name: String, _ kind: Kind, _ help: String, _ value: Int) {
        self.value(name, kind, help, Double(value))
    }

    /// Backslash, line feed and, in a label's value, the quote.
    fileprivate static func writeEscaped(_ text: String, quotes: Bool, into bytes: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes.append(text: #"\\"#)
            case UInt8(ascii: "\n"): bytes.append(text: #"\n"#)
            case UInt8(ascii: "\"") where quotes: bytes.append(text: #"\""#)
            default: bytes.append(byte)
            }
        }
    }
}
