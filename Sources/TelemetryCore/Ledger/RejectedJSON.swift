/// Counts by reason as the database keeps them: `{"notJSON":3,"unitChanged":1}`, by name. Nothing in it needs escaping.
enum RejectedJSON {
    /// `nil` when there is nothing to count.
    static func text(_ counts: [RejectionReason: Int]) -> String? {
        let members = counts.filter { $0.value > 0 }.map { "\"\($0.key.rawValue)\":\($0.value)" }
        return members.isEmpty ? nil : "{" + members.sorted().joined(separator: ",") + "}"
    }

    /// Reads back what `text` wrote. A member that is no count of a reason is left out: a later version may know
    /// reasons that this one does not.
    static func counts(_ text: String?) -> [RejectionReason: Int] {
        var counts: [RejectionReason: Int] = [:]
        for member in (text ?? "").split(whereSeparator: { "{},".contains($0) }) {
            let parts = member.split(separator: ":")
            guard parts.count == 2, parts[0].hasPrefix("\""), parts[0].hasSuffix("\""), parts[0].count > 2 else {
                continue
            }
            let name = String(parts[0].dropFirst().dropLast())
            guard let reason = RejectionReason(rawValue: name), let count = Int(parts[1]), count > 0 else { continue }
            counts[reason] = count
        }
        return counts
    }
}
