/// Content types of the files a dashboard is made of.
package enum ContentType {
    package static let json = "application/json"
    package static let ndjson = "application/x-ndjson"
    package static let csv = "text/csv; charset=utf-8; header=present"
    /// RFC 9512.
    package static let yaml = "application/yaml"
    /// What the official server sends for its browser client.
    package static let clientScript = "application/javascript; charset=utf-8"

    /// The type for a file's name; unknown extensions are opaque bytes.
    package static func forFile(named name: some StringProtocol) -> String {
        guard let dot = name.lastIndex(of: ".") else { return "application/octet-stream" }
        return Self.byExtension[name[name.index(after: dot)...].lowercased()] ?? "application/octet-stream"
    }

    private static let byExtension: [String: String] = [
        "html": "text/html; charset=utf-8",
        "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
        "mjs": "text/javascript; charset=utf-8",
        "json": "application/json",
        "map": "application/json",
        "webmanifest": "application/manifest+json",
        "svg": "image/svg+xml",
        "png": "image/png",
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "webp": "image/webp",
        "gif": "image/gif",
        "ico": "image/x-icon",
        "woff2": "font/woff2",
        "woff": "font/woff",
        "ttf": "font/ttf",
        "txt": "text/plain; charset=utf-8",
        "md": "text/markdown; charset=utf-8",
        "csv": "text/csv; charset=utf-8",
        "yaml": "application/yaml",
        "wasm": "application/wasm",
    ]
}
