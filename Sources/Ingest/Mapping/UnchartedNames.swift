import Synchronization
import TelemetryCore

/// Finds metrics whose name is nearly `rpm`, `torque` or `pressure`, and says so once for each machine and name.
///
/// Such a reading is kept, the metric as an extra one; only somebody may wonder why the chart stays empty. Any thread.
final class UnchartedNames: Sendable {
    private struct Place: Hashable {
        let machine: MachineID
        let name: MetricName
    }

    private let told = Mutex<Set<Place>>([])
    private let placesMax: Int

    /// `placesMax`: beyond so many pairs of machine and name nothing more is said.
    init(placesMax: Int = Limits.unchartedNamesMax) {
        self.placesMax = placesMax
    }

    /// Not so for the common reading: without extras, or with all three.
    static func mayHave(_ metrics: Metrics) -> Bool {
        !metrics.extra.isEmpty && (metrics.rpm == nil || metrics.torque == nil || metrics.pressure == nil)
    }

    /// Adds a hint to `result` for each name in the reading that is nearly a standard metric it lacks.
    func look(at reading: Reading, index: Int, into result: inout DecodedPayload) {
        let metrics = reading.metrics
        guard Self.mayHave(metrics) else { return }
        for extra in metrics.extra {
            guard let meant = Self.nearlyNamed(extra.name, in: metrics),
                self.isNew(Place(machine: reading.machine, name: extra.name))
            else { continue }
            let remedy = "`\(extra.name)` is not a metric name we chart; did you mean `\(meant.rawValue)`?"
            result.hint(index: index, .unchartedMetric, remedy, machine: reading.machine)
        }
    }

    private func isNew(_ place: Place) -> Bool {
        self.told.withLock { $0.count < self.placesMax && $0.insert(place).inserted }
    }

    /// The standard metric that `metrics` lacks and `name` is a typing mistake away from.
    static func nearlyNamed(_ name: MetricName, in metrics: Metrics) -> StandardMetric? {
        let length = name.text.utf8.count
        return StandardMetric.allCases.first { metric in
            guard abs(length - metric.rawValue.utf8.count) <= 1 else { return false }
            switch metric {
            case .rpm: guard metrics.rpm == nil else { return false }
            case .torque: guard metrics.torque == nil else { return false }
            case .pressure: guard metrics.pressure == nil else { return false }
            }
            return self.isNear(Array(name.text.utf8), Array(metric.rawValue.utf8))
        }
    }

    /// Equal but for case, or one letter changed, added, left out, or exchanged with its neighbour. A digit is no
    /// mistake: `rpm2` is meant.
    private static func isNear(_ name: [UInt8], _ metric: [UInt8]) -> Bool {
        let lower = name.map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0 }
        if lower.contains(where: \.isDigit) { return false }
        let same = zip(lower, metric).prefix { $0 == $1 }.count
        let (rest, wanted) = (lower[same...], metric[same...])
        if rest.elementsEqual(wanted) || rest.dropFirst().elementsEqual(wanted.dropFirst()) { return true }
        if rest.dropFirst().elementsEqual(wanted) || rest.elementsEqual(wanted.dropFirst()) { return true }
        let isExchanged = rest.prefix(2).reversed().elementsEqual(wanted.prefix(2))
        return isExchanged && rest.dropFirst(2).elementsEqual(wanted.dropFirst(2))
    }
}
