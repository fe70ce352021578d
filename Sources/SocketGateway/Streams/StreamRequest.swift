import HTTPTypes
package import NIOHTTP1
package import TelemetryCore

/// A request for `GET /ws/machines/{machine}` (interface section 5, last paragraph), checked.
package struct StreamRequest: Equatable, Sendable {
    package let machine: MachineID
    /// Replay what comes after this sequence; nil: only what comes from now on.
    package let since: Int64?
    /// The database that `since` belongs to; nil: the client trusts that it is this one.
    package let epoch: String?

    private static let prefix = "/ws/machines/"

    /// Whether a request target is one of those that are looked at here.
    package static func takes(uri: String) -> Bool {
        let path = uri.prefix { $0 != "?" }
        return path == "/ws" || path.hasPrefix("/ws/")
    }

    /// Throws what is to be answered instead of an upgrade.
    package init(_ head: HTTPRequestHead) throws(Problem) {
        guard head.method == .GET else { throw Problem(.methodNotAllowed, "GET works here.", allow: [.get]) }
        let path = head.uri.prefix { $0 != "?" }
        guard path.hasPrefix(Self.prefix) else {
            throw Problem(.notFound, "There is no \(excerpt(String(path))); streams are at /ws/machines/{machine}.")
        }
        guard
            let name = RequestPath.percentDecoded(path.dropFirst(Self.prefix.count)),
            let machine = MachineID(name)
        else {
            throw Problem(
                .badRequest,
                "A machine name is 1 to 64 of A-Z a-z 0-9 . _ -, and does not begin with . or -."
            )
        }
        self.machine = machine
        (self.since, self.epoch) = try Self.parameters(head.uri.dropFirst(path.count + 1))
        guard Self.asksForWebSocket(head) else {
            throw Problem(.upgradeRequired, "This is a WebSocket; GET /api/machines/\(machine.name)/readings is not.")
        }
        guard Self.isKey(head.headers.first(name: "sec-websocket-key")) else {
            throw Problem(.badRequest, "A Sec-WebSocket-Key is 16 bytes in Base64.")
        }
        let hosts = ["host", "x-forwarded-host"].compactMap { head.headers.first(name: $0) }
        guard RequestOrigin.isOwn(head.headers.first(name: "origin"), hosts: hosts) else {
            throw Problem(.forbidden, "Pages of other hosts may not open this WebSocket.")
        }
    }

    /// 16 bytes in Base64 are 22 characters and two of padding (RFC 6455 section 4.1).
    private static func isKey(_ text: String?) -> Bool {
        guard let text, text.utf8.count == 24, text.hasSuffix("==") else { return false }
        return text.utf8.dropLast(2).allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                true
            default: false
            }
        }
    }

    /// Version 13 is the only one there is (RFC 6455 section 4.2.1).
    private static func asksForWebSocket(_ head: HTTPRequestHead) -> Bool {
        head.headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
            && head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
            && head.headers.first(name: "sec-websocket-version") == "13"
    }

    private static func parameters(_ query: Substring) throws(Problem) -> (since: Int64?, epoch: String?) {
        var since: Int64?
        var epoch: String?
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard
                let name = RequestPath.percentDecoded(parts[0]),
                let value = RequestPath.percentDecoded(parts.count > 1 ? parts[1] : "")
            else { throw Problem(.badRequest, "The query is not percent-encoded UTF-8.") }
            switch name {
            case "since": since = try ReadingsQuery.sequence(value)
            case "epoch": epoch = String(value.prefix(Limits.epochBytesMax))
            default: throw Problem(.badRequest, "Unknown parameter \(excerpt(name)); there are since and epoch.")
            }
        }
        return (since, epoch)
    }

    /// The sequence after which the stream begins, when `delivered` is the newest that was sent on this event loop. A
    /// `since` of another database means nothing here: then everything that is kept is sent.
    package func start(epoch: Epoch, delivered: Int64) -> Int64 {
        guard let since = self.since else { return delivered }
        let isSameEpoch = self.epoch == nil || self.epoch == epoch.text
        return isSameEpoch ? min(since, delivered) : 0
    }
}
