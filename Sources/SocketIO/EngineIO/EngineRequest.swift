/// The two transports of this server. WebTransport needs HTTP/3 and is not offered.
public enum EngineTransport: String, CaseIterable, Sendable {
    case polling
    case websocket
}

/// The query of a request under the Engine.IO path, read once.
package struct EngineQuery: Equatable, Sendable {
    package var transport: String?
    package var protocolVersion: String?
    package var sessionID: String?
    /// All parameters in their order, percent-decoded.
    package var parameters: [(name: String, value: String)]

    package static func == (a: Self, b: Self) -> Bool {
        a.parameters.elementsEqual(b.parameters) { $0 == $1 }
    }

    /// - Parameter uri: the request target, e.g. `/socket.io/?EIO=4&transport=polling`.
    package init(uri: String) {
        self.parameters = []
        let utf8 = uri.utf8
        guard let mark = utf8.firstIndex(of: UInt8(ascii: "?")) else { return }
        for pair in utf8[utf8.index(after: mark)...].split(separator: UInt8(ascii: "&")) {
            let cut = pair.firstIndex(of: UInt8(ascii: "="))
            let name = PercentEncoding.decode(pair[..<(cut ?? pair.endIndex)])
            let value = cut.map { PercentEncoding.decode(pair[pair.index(after: $0)...]) } ?? ""
            self.parameters.append((name, value))
            // As in Node, a parameter given twice is no longer a string; the first one counts here.
            switch name {
            case "transport" where self.transport == nil: self.transport = value
            case "EIO" where self.protocolVersion == nil: self.protocolVersion = value
            case "sid" where self.sessionID == nil: self.sessionID = value
            default: break
            }
        }
    }
}

/// What is known of a request before its session is looked up.
package struct EngineRequest: Equatable, Sendable {
    package enum Method: Equatable, Sendable { case get, post, options, other }

    package var method: Method
    package var isUpgrade: Bool
    package var hasIllegalOrigin: Bool
    package var query: EngineQuery

    package init(method: Method, isUpgrade: Bool, hasIllegalOrigin: Bool, query: EngineQuery) {
        self.method = method
        self.isUpgrade = isUpgrade
        self.hasIllegalOrigin = hasIllegalOrigin
        self.query = query
    }

    /// What to do with the request.
    package enum Verdict: Equatable, Sendable {
        /// Open a new session on this transport, if the application allows it.
        case handshake(EngineTransport)
        /// Give it to this session, which checks that the transport is the one it is on.
        case session(id: String, EngineTransport)
        /// Answer with this error.
        case refuse(EngineErrorCode)
    }

    /// Checks in the order of the Node server, which decides the code that a doubly wrong request gets: transport,
    /// Origin, session (the caller's part), method, upgrade, `allowRequest` (the caller's part), protocol version.
    package func verify(transports: Set<EngineTransport>) -> Verdict {
        guard let name = self.query.transport, let transport = EngineTransport(rawValue: name),
            transports.contains(transport)
        else { return .refuse(.transportUnknown) }
        if self.hasIllegalOrigin { return .refuse(.badRequest) }
        if let id = self.query.sessionID { return .session(id: id, transport) }
        guard self.method == .get else { return .refuse(.badHandshakeMethod) }
        if transport == .websocket && !self.isUpgrade { return .refuse(.badRequest) }
        return .handshake(transport)
    }

    /// A missing `EIO` counts as 3, which this server does not speak.
    package var speaksVersion4: Bool { self.query.protocolVersion == "4" }
}

/// RFC 3986 section 2.1, as forms use it (`+` is a space).
enum PercentEncoding {
    static func decode(_ text: Substring.UTF8View) -> String {
        if !text.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) {
            return String(decoding: text, as: UTF8.self)
        }
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                // Digit by digit: `UInt8(_:radix:)` would take a sign for one.
                let digits = rest.prefix(2).compactMap(JSONStringText.hexValue)
                guard digits.count == 2 else {
                    bytes.append(byte)
                    continue
                }
                bytes.append(UInt8(digits[0] << 4 | digits[1]))
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
