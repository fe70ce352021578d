import Glibc

/// This gateway's name at the broker: in `telemetryd/{id}/state` and `telemetryd/{id}/health`. 1 to 64 of
/// `A-Za-z0-9._-`. Two gateways at one broker need two.
package struct GatewayID: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// Nil when it is none.
    package init?(_ text: String) {
        guard (1...Limits.gatewayIDBytesMax).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else {
            return nil
        }
        self.description = text
    }

    /// From a host's name: its first label, with `-` for every character that does not fit; `gateway` if nothing is
    /// left.
    package init(hostName: String) {
        let label = hostName.utf8.prefix { $0 != UInt8(ascii: ".") }.prefix(Limits.gatewayIDBytesMax)
        let fitting = label.map { Self.isAllowed($0) ? $0 : UInt8(ascii: "-") }
        self.description = fitting.isEmpty ? "gateway" : String(decoding: fitting, as: UTF8.self)
    }

    /// From the name of this computer.
    package static func ofThisHost() -> GatewayID {
        // 64 bytes of name and the NUL that gethostname may leave out when it cuts.
        var name = [CChar](repeating: 0, count: 66)
        guard gethostname(&name, name.count - 1) == 0 else { return GatewayID(hostName: "") }
        return GatewayID(
            hostName: String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// Retained: `online` or `offline`.
    package var stateTopic: String { "telemetryd/\(self.description)/state" }

    /// Not retained: a ``HealthReport`` as JSON.
    package var healthTopic: String { "telemetryd/\(self.description)/health" }

    /// True for the topics of any gateway: they are no readings, even where a template begins with a capture.
    static func isOwnTopic(_ topic: String) -> Bool {
        topic.hasPrefix("telemetryd/") && (topic.hasSuffix("/state") || topic.hasSuffix("/health"))
            && topic.utf8.count { $0 == UInt8(ascii: "/") } == 2
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        byte.isNameByte || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }
}
