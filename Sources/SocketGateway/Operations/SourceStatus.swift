/// How one source of readings is doing, as `/readyz` shows it.
package struct SourceStatus: Equatable, Sendable {
    /// "mqtt", "simulator".
    package let name: String
    package let isWorking: Bool
    /// One line for a person: where it is connected to, or why it is not.
    package let detail: String

    /// A status at this moment.
    package init(name: String, isWorking: Bool, detail: String) {
        self.name = name
        self.isWorking = isWorking
        self.detail = detail
    }
}
