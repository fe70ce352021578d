/// Where a value is, seen from a limit.
enum AlarmCondition: Hashable, Sendable, CaseIterable {
    case beyond
    /// In the deadband: not beyond, but not far enough back for an end.
    case between
    case within
}

/// Compares values with a rule's limit. A plain value.
struct AlarmCheck: Hashable, Sendable {
    let kind: AlarmRule.Kind
    let limit: Double
    let deadband: Double

    /// Exactly the limit is not beyond it.
    func condition(_ value: Double) -> AlarmCondition {
        switch self.kind {
        case .high, .highHigh, .rate:
            if value > self.limit { return .beyond }
            return value <= self.limit - self.deadband ? .within : .between
        case .low, .lowLow:
            if value < self.limit { return .beyond }
            return value >= self.limit + self.deadband ? .within : .between
        case .stale:
            assertionFailure("silence is not a value")
            return .between
        }
    }
}
