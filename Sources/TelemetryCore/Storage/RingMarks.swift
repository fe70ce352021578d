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

    /// The version of the format, then a line for each machine: its key, first and last sequence, and for each part
    /// from the first on that is told of: the sequence up to which it goes, the newest source time, and its sequence.
    /// About 80 bytes for a machine with 1,000 readings.
    static func text(_ marks: [Int64: RingMark]) -> String {
        var lines = ["1"]
        for (key, mark) in marks.sorted(by: { $0.key < $1.key }) {
            var line = "\(key) \(mark.first) \(mark.last)"
            for older in mark.older {
                line += " \(older.through) \(older.newest.milliseconds) \(older.newest.sequence)"
            }
            lines.append(line)
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
        guard numbers.count >= 3, numbers.count % 3 == 0, numbers.count == words.count else { return nil }
        let (first, last) = (numbers[1], numbers[2])
        guard first >= 1, last >= first else { return nil }
        var older: [RingMark.Older] = []
        for place in stride(from: 3, to: numbers.count, by: 3) {
            let newest = NewestTime(milliseconds: numbers[place + 1], sequence: numbers[place + 2])
            guard numbers[place] >= first, numbers[place] < older.last?.through ?? last else { return nil }
            older.append(RingMark.Older(through: numbers[place], newest: newest))
        }
        return (numbers[0], RingMark(first: first, last: last, older: older))
    }
}
