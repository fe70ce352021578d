import Foundation
import NIOCore

/// The files a browser may ask for, read once at the start: those of the example's `page` folder, the style sheet
/// that all examples share, and the Socket.IO client.
package struct Page: Sendable {
    struct File: Sendable {
        let type: String
        let bytes: ByteBuffer
    }

    private var files: [String: File] = [:]

    /// - Parameter source: a file of the example; its page is in the folder `page` beside it.
    /// - Throws: when there is no such folder.
    package init(besides source: String = #filePath) throws {
        let ours = URL(filePath: #filePath).deletingLastPathComponent()
        let folders = [ours, URL(filePath: source).deletingLastPathComponent()].map { $0.appending(path: "page") }
        for folder in folders {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)) {
                try self.add("/" + name, folder.appending(path: name))
            }
        }
        self.files["/"] = self.files["/index.html"]
        let repository = ours.deletingLastPathComponent().deletingLastPathComponent()
        try self.addClient(repository)
    }

    /// The official client where the set-up has fetched it (`make setup`), else the one this repository brings along.
    private mutating func addClient(_ repository: URL) throws {
        let fetched = ".build/vendor/socket.io/socket.io"
        for path in ["\(fetched).js", "\(fetched).min.js", "public/socketio-client.js"] {
            let client = repository.appending(path: path)
            guard (try? client.checkResourceIsReachable()) == true else { continue }
            return try self.add(Page.clientPath, client)
        }
    }

    /// Where every Socket.IO page looks for the client.
    static let clientPath = "/socket.io/socket.io.js"

    private mutating func add(_ path: String, _ file: URL) throws {
        let types = ["html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"]
        self.files[path] = File(
            type: (types[file.pathExtension] ?? "application/octet-stream") + "; charset=utf-8",
            bytes: ByteBuffer(bytes: try Data(contentsOf: file)))
    }

    /// The file of a request target; a query makes no difference.
    func file(for uri: String) -> File? { self.files[String(uri.prefix { $0 != "?" })] }
}
