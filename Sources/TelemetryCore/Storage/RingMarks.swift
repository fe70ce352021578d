import GRDB

/// The mark of each ring, in the database from its orderly close to the next write: that they are there says that a
/// telemetryd closed it in order and that none has written to it since.
///
/// The first transaction of the next run takes them away, so no crash leaves them behind. (Not before: a store must
/// open on a disk that takes no write.) A version that does not know them leaves them as they are, but not the rings:
/// where one is not as its mark says, none of them counts.
enum RingMarks {
    static let key = "closed"

    /// By the machine's key; `nil`: not closed in order, or by a version that writes other marks.
    static func load(_ db: Database) throws -> [Int64: RingMark]? {
        guard let text = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = ?", arguments: [self.key])
        else { return nil }
        return self.parse(text)
    }

    static func store(_ marks: [Int64: RingMark], _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
            arguments: [self.key, self.text(marks)]
        )
    }

    static func areThere(_ db: Database) throws -> Bool {
        guard try db.tableExists("meta") else { return false }
        return try Int.fetchOne(db, sql: "SELECT count(*) FROM meta WHERE key = ?", arguments: [self.key]) != 0
    }

    static func remove(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM meta WHERE key = ?", arguments: [self.key])
    }

    /// The version of the format, then a line for each machine: its key, first and last sequence, and of the readings
    /// from the first up to a sequence the newest source time and its sequence (`-`: not known). 40 bytes a machine.
    static func text(_ marks: [Int64: RingMark]) -> String {
        var lines = ["1"]
        for (key, mark) in marks.sorted(by: { $0.key < $1.key }) {
            let older = mark.older.map { "\($0.through) \($0.newest.milliseconds) \($0.newest.sequence)" }
            lines.append("\(key) \(mark.first) \(mark.last) \(older ?? "-")")
        }
        return lines.joined(separator: "\n")
    }

    static func parse(_ text: String) -> [Int64: RingMark]? {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"))
        guard let version = lines.first, version.elementsEqual("1".utf8) else { return nil }
        var marks: [Int64: RingMark] = [:]
        marks.reserveCapacity(lines.count)
        for line in lines.dropFirst() {
            guard let (key, mark) = self.mark(line), marks.updateValue(mark, forKey: key) == nil else { return nil }
        }
        return marks
    }

    private static func mark(_ line: Substring.UTF8View) -> (key: Int64, mark: RingMark)? {
        let words = line.split(separator: UInt8(ascii: " "))
        let numbers = words.compactMap { Int64(Substring($0)) }
        guard numbers.count >= 3, numbers[1] >= 1, numbers[2] >= numbers[1] else { return nil }
        var older: RingMark.Older?
        if numbers.count == 6, words.count == 6 {
            let newest = NewestTime(milliseconds: numbers[4], sequence: numbers[5])
            guard numbers[3] >= numbers[1] - 1, numbers[3] <= numbers[2] else { return nil }
            older = RingMark.Older(through: numbers[3], newest: newest)
        } else if numbers.count != 3 || words.count != 4 || !words[3].elementsEqual("-".utf8) {
            return nil
        }
        return (numbers[0], RingMark(first: numbers[1], last: numbers[2], older: older))
    }
}
