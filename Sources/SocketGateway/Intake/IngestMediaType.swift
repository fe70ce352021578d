package import HTTPTypes

/// How the readings in a body are written.
package enum IngestMediaType: Hashable, Sendable, CaseIterable {
    /// One object, or an array of them.
    case json
    /// An object on each line.
    case ndjson
    /// A header line and rows.
    case csv
    /// The line protocol of InfluxDB. A body of this type that begins like JSON is taken for that.
    case lineProtocol

    private static let byName: [String: IngestMediaType] = [
        "application/json": .json,
        "application/x-ndjson": .ndjson,
        "application/ndjson": .ndjson,
        "application/jsonl": .ndjson,
        "application/x-jsonlines": .ndjson,
        "text/csv": .csv,
        "text/plain": .lineProtocol,
        "application/vnd.influx.line": .lineProtocol,
        // What curl says of `-d` unless told otherwise.
        "application/x-www-form-urlencoded": .lineProtocol,
    ]

    /// Names the types that are taken, for people.
    package static let known =
        "application/json, application/x-ndjson, text/csv, or text/plain for Influx line protocol"

    /// What the header fields say; JSON when they say nothing. Throws the 415.
    package init(_ headers: HTTPFields) throws(Problem) {
        if let coding = headers[.contentEncoding]?.lowercased(), coding != "identity" {
            throw Problem(.unsupportedMediaType, "The body is \(excerpt(coding)) encoded; send it as it is.")
        }
        guard let text = headers[.contentType] else {
            self = .json
            return
        }
        let parts = text.lowercased().split(separator: ";").map(Self.trimmed)
        guard let name = parts.first, let type = Self.byName[name] ?? (name.hasSuffix("+json") ? .json : nil) else {
            throw Problem(
                .unsupportedMediaType,
                "The body is \(excerpt(text)); send \(Self.known) (curl: -H 'Content-Type: application/json')."
            )
        }
        for parameter in parts.dropFirst() where parameter.hasPrefix("charset=") {
            let charset = parameter.dropFirst("charset=".count).filter { $0 != "\"" }
            guard charset == "utf-8" || charset == "utf8" || charset == "us-ascii" else {
                throw Problem(.unsupportedMediaType, "The body is in \(excerpt(String(charset))); send UTF-8.")
            }
        }
        self = type
    }

    /// The type that the text itself shows, where the name leaves that open.
    package func seen(in body: some Sequence<UInt8>) -> IngestMediaType {
        guard self == .lineProtocol else { return self }
        let first = body.first { $0 != 0x20 && !(0x09...0x0d).contains($0) }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? .json : .lineProtocol
    }

    private static func trimmed(_ text: Substring) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
