import HTTPTypes

/// The unit of the timestamps of line protocol: the query's `precision`, as InfluxDB's write API names it.
package enum TimePrecision: String, CaseIterable, Sendable {
    case nanoseconds = "ns"
    case microseconds = "us"
    case milliseconds = "ms"
    case seconds = "s"

    /// Reads the query of a POST; without a precision it is nanoseconds. Unknown parameters are an error, so that a
    /// typing mistake does not quietly store the wrong times.
    package init(parameters: [(name: String, value: String)]) throws(Problem) {
        self = .nanoseconds
        for (name, value) in parameters {
            guard name == "precision" else {
                throw Problem(.badRequest, "Unknown parameter \(excerpt(name)); there is precision.")
            }
            guard let precision = Self(rawValue: value) else {
                let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem(.badRequest, "\"precision\" is \(excerpt(value)); it must be one of \(known).")
            }
            self = precision
        }
    }
}
