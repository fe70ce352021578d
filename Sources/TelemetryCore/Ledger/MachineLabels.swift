/// What a source says of a machine beside its readings, within bounds.
enum MachineLabels {
    /// The first `Limits.labelsMax` by name. A name that is empty or too long is left out, a value that is too long is
    /// cut after its last whole character.
    static func bounded(_ labels: [String: String]) -> [String: String] {
        let isBounded =
            labels.count <= Limits.labelsMax
            && labels.allSatisfy { self.isName($0.key) && $0.value.utf8.count <= Limits.labelBytesMax }
        if isBounded { return labels }
        let kept = labels.filter { self.isName($0.key) }.sorted { $0.key < $1.key }.prefix(Limits.labelsMax)
        return Dictionary(uniqueKeysWithValues: kept.map { ($0.key, self.cut($0.value)) })
    }

    private static func isName(_ text: String) -> Bool {
        (1...Limits.labelBytesMax).contains(text.utf8.count)
    }

    private static func cut(_ text: String) -> String {
        var text = text[...]
        while text.utf8.count > Limits.labelBytesMax { text = text.dropLast() }
        return String(text)
    }
}
