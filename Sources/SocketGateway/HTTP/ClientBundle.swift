import NIOCore

/// The Socket.IO browser client at `/socket.io/socket.io.js` and its variants.
///
/// The official files come from a directory the set-up filled (`.build/vendor/socket.io`, or one beside the
/// executable). A factory without internet has none: then the project's own client is served under the two names a page
/// asks for.
package struct ClientBundle: Sendable {
    /// Names under `/socket.io/` that are files, not Engine.IO requests.
    package static let names = [
        "socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js",
        "socket.io.js.map", "socket.io.min.js.map", "socket.io.esm.min.js.map", "socket.io.msgpack.min.js.map",
    ]
    /// The full paths of ``names``: SocketIO's handler passes requests for them on.
    package static let paths = Set(Self.names.map { "/socket.io/\($0)" })

    /// The names that the own client stands in for.
    private static let ownNames: Set<String> = ["socket.io.js", "socket.io.min.js"]
    private static let ownFile = "socketio-client.js"

    private let vendor: StaticFiles?
    private let dashboard: StaticFiles?

    /// - Parameters:
    ///   - vendor: directory with the official files, if there is one.
    ///   - dashboard: directory that has the own client.
    package init(vendor: StaticFiles?, dashboard: StaticFiles?) {
        self.vendor = vendor
        self.dashboard = dashboard
    }

    /// Whether the official client is served.
    package var isOfficial: Bool { self.vendor?.file(named: "socket.io.min.js") != nil }

    /// The file for one of ``names``; nil if it cannot be served.
    package func file(named name: String) -> StaticFile? {
        guard Self.names.contains(name) else { return nil }
        let found =
            self.official(name) ?? (Self.ownNames.contains(name) ? self.dashboard?.file(named: Self.ownFile) : nil)
        guard let found else { return nil }
        return StaticFile(
            content: found.content,
            contentType: name.hasSuffix(".map") ? ContentType.json : ContentType.clientScript,
            entityTag: Self.version(of: found).map { EntityTag(opaque: $0) } ?? found.entityTag
        )
    }

    /// "4.8.3" from the banner of an official script (`* Socket.IO v4.8.3`), which stands in its first bytes.
    private static func version(of file: StaticFile) -> String? {
        let banner = String(decoding: file.content.readableBytesView.prefix(100), as: UTF8.self)
        guard let match = banner.firstMatch(of: /Socket\.IO v([0-9]+\.[0-9]+\.[0-9]+)/) else { return nil }
        return String(match.1)
    }

    /// Only the minified file can be had without npm; it also serves for the readable name.
    private func official(_ name: String) -> StaticFile? {
        if let file = self.vendor?.file(named: name) { return file }
        return name == "socket.io.js" ? self.vendor?.file(named: "socket.io.min.js") : nil
    }
}
