import HTTPTypes
package import TelemetryCore

/// The query of `GET /api/machines/{machine}/readings`, checked.
package struct ReadingsQuery: Equatable, Sendable {
    /// How the answer is written.
    package enum Format: String, CaseIterable, Sendable {
        case json, csv, ndjson

        /// As clients name it in `Accept`.
        package var mediaType: String {
            switch self {
            case .json: "application/json"
            case .csv: "text/csv"
            case .ndjson: "application/x-ndjson"
            }
        }
    }

    /// At most this many readings, the newest ones. Without a word of the client 1,000; all when they are thinned.
    package var limit: Int
    /// Only readings with a sequence above this.
    package var since: Int64?
    /// Only readings whose source time is not before this.
    package var from: Timestamp?
    /// Only readings whose source time is not after this.
    package var to: Timestamp?
    /// Of what is left then at most so many, peaks kept (``ReadingThinning``); nil: all of them.
    package var maxPoints: Int?
    /// Nil: the query does not say; `Accept` may.
    package var format: Format?

    /// Reads the parameters (names and decoded values) of a query; unknown ones are an error, so that a typing mistake
    /// does not quietly give the wrong data.
    package init(parameters: [(name: String, value: String)]) throws(Problem) {
        var limit: Int?
        for (name, value) in parameters {
            switch name {
            case "limit": limit = try Self.limit(value)
            case "maxPoints": self.maxPoints = try Self.maxPoints(value)
            case "since": self.since = try Self.sequence(value)
            case "from": self.from = try Self.time(name, value)
            case "to": self.to = try Self.time(name, value)
            case "format": self.format = try Self.format(value, of: Format.allCases)
            default:
                throw Problem(
                    .badRequest,
                    "Unknown parameter \(excerpt(name)); there are limit, since, from, to, maxPoints and format."
                )
            }
        }
        self.limit = limit ?? (self.maxPoints == nil ? Limits.readingsPerAnswerDefault : .max)
        if let from = self.from, let to = self.to, to < from {
            throw Problem(.badRequest, "\"to\" is before \"from\".")
        }
    }

    private static func limit(_ value: String) throws(Problem) -> Int {
        guard let limit = Int(value), (1...Limits.readingsPerAnswerMax).contains(limit) else {
            throw Problem(
                .badRequest,
                "\"limit\" is \(excerpt(value)); it must be a whole number from 1 to \(Limits.readingsPerAnswerMax)."
            )
        }
        return limit
    }

    /// The value of a parameter `maxPoints`.
    package static func maxPoints(_ value: String) throws(Problem) -> Int {
        guard let count = Int(value), (Limits.maxPointsMin...Limits.maxPointsMax).contains(count) else {
            throw Problem(
                .badRequest,
                "\"maxPoints\" is \(excerpt(value)); it must be a whole number from \(Limits.maxPointsMin) to "
                    + "\(Limits.maxPointsMax)."
            )
        }
        return count
    }

    /// The value of a parameter `since`.
    package static func sequence(_ value: String) throws(Problem) -> Int64 {
        guard let sequence = Int64(value), sequence >= 0 else {
            throw Problem(.badRequest, "\"since\" is \(excerpt(value)); it must be a seq, a whole number from 0 on.")
        }
        return sequence
    }

    private static func time(_ name: String, _ value: String) throws(Problem) -> Timestamp {
        if let time = Timestamp(iso8601: value) { return time }
        // A plus sign of a zone that was not percent-encoded arrives as it is; nothing to repair there.
        if let milliseconds = Int64(value), abs(milliseconds) <= Limits.timeMillisecondsMax {
            return Timestamp(milliseconds: milliseconds)
        }
        throw Problem(
            .badRequest,
            "\"\(name)\" is \(excerpt(value)); it must be ISO 8601 with a zone, such as 2026-11-21T09:41:26Z, "
                + "or milliseconds since 1970."
        )
    }

    /// The value of a parameter `format`.
    package static func format(_ value: String, of offered: [Format]) throws(Problem) -> Format {
        guard let format = Format(rawValue: value), offered.contains(format) else {
            let known = offered.map(\.rawValue).joined(separator: ", ")
            throw Problem(.badRequest, "\"format\" is \(excerpt(value)); it must be one of \(known).")
        }
        return format
    }
}

/// A value as it may be shown in an error: quoted, at most 40 characters of it.
package func excerpt(_ value: String) -> String {
    value.count <= 40 ? "\"\(value)\"" : "\"\(value.prefix(40))…\""
}
