/// The path of a request target as the names of its levels, decoded and safe to look up below a directory.
package struct RequestPath: Equatable, Sendable {
    /// At least one name; a path that ends in `/` has got the directory's `index.html`.
    package let names: [String]

    /// Nil for a path that is not one: bad percent encoding, `..`, `.`, hidden names, empty levels, NUL, or a
    /// backslash.
    package init?(_ path: some StringProtocol) {
        guard path.first == "/" else { return nil }
        var names: [String] = []
        for level in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let name = Self.percentDecoded(level) else { return nil }
            names.append(name)
        }
        if names.last == "" { names[names.count - 1] = "index.html" }
        guard names.allSatisfy(Self.isServable) else { return nil }
        self.names = names
    }

    /// Files whose name begins with a dot are not for the public, and neither are `.` and `..`.
    private static func isServable(_ name: String) -> Bool {
        !name.isEmpty && name.first != "." && !name.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "/") || $0 == 0x5c }
    }

    /// Nil if a percent sign is not followed by two hex digits or the result is not UTF-8.
    package static func percentDecoded(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard
                let high = rest.popFirst().flatMap(Self.hexValue),
                let low = rest.popFirst().flatMap(Self.hexValue)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
