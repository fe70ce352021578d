/// The fields of one line of a table, quotes already taken off. Used again for every line: it allocates only while it
/// grows.
struct CSVRecord {
    private var bytes: [UInt8] = []
    /// Where each field ends in `bytes`.
    private var ends: [Int] = []

    var count: Int { self.ends.count }

    /// A line with nothing on it. Two empty fields are something.
    var isBlank: Bool { self.ends.count == 1 && self.bytes.isEmpty }

    /// Field 0 begins at the start of the line.
    subscript(index: Int) -> ArraySlice<UInt8> {
        self.bytes[(index == 0 ? 0 : self.ends[index - 1])..<self.ends[index]]
    }

    /// For headers, which are few.
    func text(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }

    mutating func append(_ bytes: ArraySlice<UInt8>) { self.bytes.append(contentsOf: bytes) }

    mutating func endField() { self.ends.append(self.bytes.count) }

    mutating func removeAll() {
        self.bytes.removeAll(keepingCapacity: true)
        self.ends.removeAll(keepingCapacity: true)
    }
}
