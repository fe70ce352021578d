/// The three metrics that every dashboard of ours knows, in the order in which they are written.
package enum StandardMetric: String, CaseIterable, Sendable {
    /// Revolutions per minute.
    case rpm
    /// Newton metres.
    case torque
    /// Bar.
    case pressure
}
