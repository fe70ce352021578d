/// How a text of readings is written.
package enum ReadingTextFormat: String, CaseIterable, Sendable {
    /// An object, or an array of them. Also taken under this name: one object per line.
    case json
    /// One object per line.
    case ndjson
    /// A header line, then a reading per line.
    case csv
    /// InfluxDB's.
    case lineProtocol

    /// By the `Content-Type` of a request (parameters do not matter); nil for one that we do not read.
    ///
    /// Types that say nothing (none, `application/octet-stream`, and what curl sends unless told otherwise,
    /// `application/x-www-form-urlencoded`) and `text/plain`, which writers of line protocol send, go by the text: `{`
    /// and `[` begin JSON, else it is line protocol.
    package init?(contentType: String?, body: ArraySlice<UInt8>) {
        let type = (contentType ?? "").prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        switch type {
        case "application/json", "text/json": self = .json
        case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines",
            "application/json-lines", "application/jsonlines":
            self = .ndjson
        case "text/csv", "application/csv": self = .csv
        case "application/vnd.influx.line", "application/x-influx-line-protocol", "text/x-influx-line-protocol":
            self = .lineProtocol
        case "", "text/plain", "application/x-www-form-urlencoded", "application/octet-stream":
            let first = body.droppingByteOrderMark().first { !$0.isJSONWhitespace }
            self = first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? .json : .lineProtocol
        default:
            // `application/vnd.plant+json` and the like.
            guard type.hasSuffix("+json") else { return nil }
            self = .json
        }
    }

    /// For the answer to a type that we do not read.
    package static let contentTypes =
        "application/json, application/x-ndjson, text/csv, or text/plain with InfluxDB line protocol"
}
