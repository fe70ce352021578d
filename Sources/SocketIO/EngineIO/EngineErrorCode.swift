/// The error table of the Engine.IO handshake: the number and the text are part of the protocol, the HTTP status is
/// Node's.
public enum EngineErrorCode: Int, CaseIterable, Error, Sendable {
    /// `transport` is missing, unknown or switched off.
    case transportUnknown = 0
    /// `sid` is unknown, or its session is closed.
    case sessionUnknown = 1
    /// No `sid` and the method is not GET.
    case badHandshakeMethod = 2
    /// Illegal bytes in `Origin`, a transport that does not match the session's, WebSocket without an upgrade.
    case badRequest = 3
    /// The application's `allowRequest` said no.
    case forbidden = 4
    /// `EIO` is missing or not 4.
    case unsupportedProtocolVersion = 5

    /// The text of the protocol's table.
    public var message: String {
        switch self {
        case .transportUnknown: "Transport unknown"
        case .sessionUnknown: "Session ID unknown"
        case .badHandshakeMethod: "Bad handshake method"
        case .badRequest: "Bad request"
        case .forbidden: "Forbidden"
        case .unsupportedProtocolVersion: "Unsupported protocol version"
        }
    }

    /// 403 for `forbidden`, 400 for all others.
    public var httpStatus: Int { self == .forbidden ? 403 : 400 }

    /// The body of a refusal: `{"code":N,"message":"…"}`.
    ///
    /// - Parameter message: replaces the table's text (the reason an application gave for its refusal).
    package func json(message: String? = nil) -> String {
        "{\"code\":\(self.rawValue),\"message\":\(JSONWriter.quoted(message ?? self.message))}"
    }
}
