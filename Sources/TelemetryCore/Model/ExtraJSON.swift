/// Extra metrics as JSON: members of a reading on the wire, and a flat object in the database's column `extra`.
enum ExtraJSON {
    /// Appends `"name":value`.
    static func writeMember(_ metric: ExtraMetric, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: metric.name.text.utf8)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        JSONNumber.write(metric.value, into: &bytes)
    }

    /// Replaces `bytes` with `{"name":value,…}` in name order.
    static func writeObject(_ metrics: [ExtraMetric], into bytes: inout [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(UInt8(ascii: "{"))
        for metric in metrics {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            Self.writeMember(metric, into: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// Reads back exactly what `writeObject` wrote; `nil` for anything else, which then is damage, not input.
    static func parseObject(_ text: String) -> [ExtraMetric]? {
        guard text.utf8.count >= 2, text.utf8.first == UInt8(ascii: "{"), text.utf8.last == UInt8(ascii: "}") else {
            return nil
        }
        var metrics: [ExtraMetric] = []
        for member in text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false) {
            guard let metric = Self.parseMember(member) else { return nil }
            guard metrics.last.map({ $0.name < metric.name }) ?? true else { return nil }
            metrics.append(metric)
        }
        return metrics
    }

    private static func parseMember(_ member: Substring) -> ExtraMetric? {
        let parts = member.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count >= 3, parts[0].hasPrefix("\""), parts[0].hasSuffix("\"") else {
            return nil
        }
        guard let name = MetricName(String(parts[0].dropFirst().dropLast())) else { return nil }
        guard let value = Double(parts[1]), value.isFinite else { return nil }
        return ExtraMetric(name: name, value: value)
    }
}
