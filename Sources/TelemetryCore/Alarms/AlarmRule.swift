/// What makes an alarm, and what is said then. Checked where it is made (`AlarmDraft.rule`).
package struct AlarmRule: Hashable, Sendable, Identifiable {
    /// Name of a rule: 1 to 64 of `A-Za-z0-9._-`.
    package struct ID: Hashable, Comparable, Sendable, CustomStringConvertible {
        package let name: String

        /// `nil` when the name breaks the rule above.
        package init?(_ name: String) {
            guard (1...Limits.alarmRuleNameBytesMax).contains(name.utf8.count) else { return nil }
            guard name.utf8.allSatisfy(Self.isAllowed) else { return nil }
            self.name = name
        }

        package var description: String { self.name }

        package static func < (left: ID, right: ID) -> Bool { left.name < right.name }

        private static func isAllowed(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                return true
            default:
                return false
            }
        }
    }

    /// What is compared with the limit.
    package enum Kind: String, Sendable, CaseIterable {
        case high
        case highHigh
        case low
        case lowLow
        /// The change per second, whatever its sign.
        case rate
        /// The machine is stale or offline; no metric, no limit.
        case stale

        /// A value, and not the machine's silence.
        package var needsMetric: Bool { self != .stale }
    }

    /// The most important first.
    package enum Priority: String, Sendable, CaseIterable, Comparable {
        case urgent
        case high
        case medium
        case low

        package var rank: Int {
            switch self {
            case .urgent: 0
            case .high: 1
            case .medium: 2
            case .low: 3
            }
        }

        /// The less important is the smaller.
        package static func < (left: Priority, right: Priority) -> Bool { left.rank > right.rank }
    }

    /// Who set it.
    package enum Source: String, Sendable, CaseIterable {
        /// The page or the API: may be edited there.
        case page
        /// The configuration file: wins over one of the page with the same name, and is edited only there.
        case configuration
    }

    package let id: ID
    /// `nil`: every machine, also those to come.
    package let machine: MachineID?
    /// `nil` for `stale` alone.
    package let metric: MetricName?
    package let kind: Kind
    /// In the metric's unit as stored (per second for `rate`); 0 for `stale`.
    package let limit: Double
    /// Back beyond the limit by this much before the alarm clears; at least 0.
    package let deadband: Double
    /// For so long must it be so before the alarm is raised, milliseconds.
    package let onDelayMilliseconds: Int64
    /// For so long must it be over before the alarm clears, milliseconds.
    package let offDelayMilliseconds: Int64
    /// Cleared but not acknowledged, it stays until somebody acknowledges it.
    package let latch: Bool
    package let priority: Priority
    /// For people: what is wrong.
    package let text: String
    /// For people: what to do.
    package let action: String
    package let isEnabled: Bool
    package let source: Source

    /// An alarm of this rule judges the same thing as one of the other: it goes on when one takes the other's place.
    func judgesAlike(_ other: AlarmRule) -> Bool {
        self.machine == other.machine && self.metric == other.metric && self.kind == other.kind
    }

    /// It is a rule for this machine.
    func applies(to machine: MachineID) -> Bool {
        self.isEnabled && (self.machine == nil || self.machine == machine)
    }
}
