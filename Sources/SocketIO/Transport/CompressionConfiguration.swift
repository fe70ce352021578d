/// Compression of one kind of traffic; `nil` where it is configured: off.
public struct CompressionConfiguration: Sendable {
    /// Bytes below which a polling body or a WebSocket message is sent as it is: a short one hardly shrinks.
    public var threshold = 1024

    /// Node's threshold.
    public init() {}
}

/// What of `permessage-deflate` was agreed with one client (RFC 7692 section 7.1). This server never keeps a window
/// between messages: it says `server_no_context_takeover` unasked, so that one compressed frame serves all receivers,
/// and asks the client for the same, so that an idle connection costs no 32 KiB.
enum PerMessageDeflate {
    /// The answer to the first acceptable offer in the client's `Sec-WebSocket-Extensions`; `nil`: there is none.
    static func accept(offers: [String]) -> String? {
        for offer in offers.flatMap({ $0.split(separator: ",") }) {
            let parts = offer.split(separator: ";").map { Self.trim($0) }
            guard parts.first == "permessage-deflate", parts.dropFirst().allSatisfy(self.isAcceptable) else { continue }
            return "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
        }
        return nil
    }

    /// Of the parameters of an offer only a server window below 2^15 cannot be met: zlib is always set to the full one
    /// here.
    private static func isAcceptable(_ parameter: String) -> Bool {
        let pair = parameter.split(separator: "=", maxSplits: 1).map { Self.trim($0) }
        switch pair.first {
        case "server_no_context_takeover", "client_no_context_takeover": return pair.count == 1
        case "client_max_window_bits":
            guard pair.count == 2 else { return true }
            return Int(Self.unquoted(pair[1])).map { (8...15).contains($0) } ?? false
        case "server_max_window_bits": return pair.count == 2 && Self.unquoted(pair[1]) == "15"
        default: return false
        }
    }

    private static func trim(_ text: some StringProtocol) -> String {
        String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    private static func unquoted(_ text: String) -> String { text.filter { $0 != "\"" } }
}
