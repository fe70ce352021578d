/// The unit that a source named for one metric of a reading, as it wrote it.
package struct MetricUnit: Hashable, Sendable {
    package let metric: MetricName
    /// As sent: not checked, not cut. What is no unit is refused by the writer (`RejectionReason.unknownUnit`).
    package let symbol: String

    package init(metric: MetricName, symbol: String) {
        self.metric = metric
        self.symbol = symbol
    }
}
