/// What a template read from a topic; the names are not checked yet.
package struct TopicMatch: Hashable, Sendable {
    package let machine: String
    /// The level that `{metric}` captured; nil when the template has none.
    package let metric: String?
    /// The other captures in the order of the template, for example `site` and `line`.
    package let captures: [Capture]

    package struct Capture: Hashable, Sendable {
        package let name: String
        package let value: String
    }
}
