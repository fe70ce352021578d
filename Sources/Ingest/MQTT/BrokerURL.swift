/// Where the broker is: `mqtt://[user[:password]@]host[:1883]` or `mqtts://…[:8883]` (TLS with the system's
/// certificates).
///
/// User and password are percent-decoded. An IPv6 address stands in brackets: `mqtt://[::1]:1883`.
package struct BrokerURL: Hashable, Sendable {
    /// Why a text is not a broker URL; `description` is one line for the user, without the password.
    package struct ParseError: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// Host name or address, without brackets.
    package let host: String
    /// 1 … 65535.
    package let port: UInt16
    package let user: String?
    package let password: String?
    package let usesTLS: Bool

    /// The URL without user and password: what may be logged.
    package var redacted: String {
        let shownHost = self.host.contains(":") ? "[\(self.host)]" : self.host
        return "\(self.usesTLS ? "mqtts" : "mqtt")://\(shownHost):\(self.port)"
    }

    /// Throws `ParseError` with a line that says what is allowed.
    package init(parsing text: String) throws(ParseError) {
        let rest: Substring
        if let plain = text.removingScheme("mqtt://") {
            (rest, self.usesTLS) = (plain, false)
        } else if let secure = text.removingScheme("mqtts://") {
            (rest, self.usesTLS) = (secure, true)
        } else {
            throw ParseError(description: "it must start with mqtt:// or mqtts://, for example mqtt://localhost:1883")
        }
        // The last @ ends the credentials: a password may hold a careless, unescaped @.
        var authority = rest
        if authority.hasSuffix("/") { authority = authority.dropLast() }
        var credentials: Substring?
        if let at = authority.lastIndex(of: "@") {
            credentials = authority[..<at]
            authority = authority[authority.index(after: at)...]
        }
        if authority.contains(where: { "/?#".contains($0) }) {
            throw ParseError(description: "nothing may follow host and port; topics are given with --mqtt-topic")
        }
        (self.user, self.password) = try Self.parseCredentials(credentials)
        (self.host, self.port) = try Self.parseHost(authority, defaultPort: self.usesTLS ? 8883 : 1883)
    }

    private static func parseCredentials(_ text: Substring?) throws(ParseError) -> (String?, String?) {
        guard let text else { return (nil, nil) }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let user = parts[0].percentDecoded(), !user.isEmpty else {
            throw ParseError(description: "before @ there must be user or user:password, percent-encoded")
        }
        guard parts.count == 2 else { return (user, nil) }
        guard let password = parts[1].percentDecoded() else {
            throw ParseError(description: "the password has a bad percent escape; % itself is written %25")
        }
        return (user, password)
    }

    private static func parseHost(_ text: Substring, defaultPort: UInt16) throws(ParseError) -> (String, UInt16) {
        var host = text
        var portText: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else {
                throw ParseError(description: "an IPv6 address needs its closing bracket: mqtt://[::1]:1883")
            }
            host = text[text.index(after: text.startIndex)..<end]
            let after = text[text.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else {
                throw ParseError(description: "after ] only :port may follow")
            }
            portText = after.isEmpty ? nil : after.dropFirst()
            let allowed = host.utf8.allSatisfy { $0.isHexDigit || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
            guard host.contains(":"), allowed else {
                throw ParseError(description: "between [ and ] there must be an IPv6 address, for example [::1]")
            }
        } else {
            let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count <= 2 else {
                throw ParseError(description: "an IPv6 address is written in brackets: mqtt://[::1]:1883")
            }
            host = parts[0]
            portText = parts.count == 2 ? parts[1] : nil
        }
        guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ParseError(description: "the host is missing or has characters no host name has")
        }
        guard let portText else { return (String(host), defaultPort) }
        let digits = portText.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        guard digits, let port = UInt16(portText), port > 0 else {
            throw ParseError(description: "the port must be a number from 1 to 65535")
        }
        return (String(host), port)
    }
}

extension String {
    /// The rest after `scheme`, compared without regard to case (RFC 3986, 3.1); nil when it does not start with it.
    fileprivate func removingScheme(_ scheme: String) -> Substring? {
        guard self.utf8.count >= scheme.utf8.count else { return nil }
        let end = self.utf8.index(self.startIndex, offsetBy: scheme.utf8.count)
        guard self[..<end].lowercased() == scheme else { return nil }
        return self[end...]
    }
}

extension Substring {
    /// Percent-decoded text; nil for a bad escape, bytes that are not UTF-8, or a NUL (it would cut a C string).
    fileprivate func percentDecoded() -> String? {
        var bytes: [UInt8] = []
        var rest = self.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(), high.isHexDigit, low.isHexDigit else {
                return nil
            }
            bytes.append(high.hexValue << 4 | low.hexValue)
        }
        return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    /// True for `0-9a-fA-F`.
    var isHexDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    /// 0 … 15; only for a hex digit.
    var hexValue: UInt8 {
        assert(self.isHexDigit)
        return self <= UInt8(ascii: "9") ? self - UInt8(ascii: "0") : (self | 0x20) - UInt8(ascii: "a") + 10
    }
}
