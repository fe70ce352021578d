/// From the bytes of a topic to where its route is. A plain value; nothing is ever taken out but all of it.
///
/// A dictionary of strings costs three times as much for each message: a `String` made of the topic, and its hash of
/// hashes. Topics come from outside: the hash has a secret of its own, so that nobody can choose those that collide.
struct TopicTable {
    private struct Entry {
        let hash: UInt64
        /// Place in `names`.
        let name: Range<Int>
    }

    private let secret = UInt64.random(in: .min ... .max)
    /// Index in `entries` + 1; 0: free. A power of two of them, at least twice as many as there are entries.
    private var slots = [Int32](repeating: 0, count: 64)
    private var entries: [Entry] = []
    private var names: [UInt8] = []

    var count: Int { self.entries.count }

    /// Topics count from 0, in the order in which they came.
    func index(of topic: UnsafeRawBufferPointer) -> Int? {
        let hash = self.hash(topic)
        var slot = Int(truncatingIfNeeded: hash) & (self.slots.count - 1)
        while self.slots[slot] != 0 {
            let index = Int(self.slots[slot]) - 1
            if self.entries[index].hash == hash, self.spells(self.entries[index].name, topic) { return index }
            slot = (slot + 1) & (self.slots.count - 1)
        }
        return nil
    }

    /// - Parameter topic: not in here yet.
    mutating func insert(_ topic: UnsafeRawBufferPointer) {
        assert(self.index(of: topic) == nil)
        if 2 * (self.entries.count + 1) > self.slots.count { self.grow() }
        let start = self.names.count
        self.names.append(contentsOf: topic)
        let entry = Entry(hash: self.hash(topic), name: start..<self.names.count)
        self.entries.append(entry)
        self.enter(entry, self.entries.count)
    }

    mutating func removeAll() {
        self.slots = [Int32](repeating: 0, count: 64)
        self.entries = []
        self.names = []
    }

    private mutating func grow() {
        self.slots = [Int32](repeating: 0, count: 2 * self.slots.count)
        for (index, entry) in self.entries.enumerated() { self.enter(entry, index + 1) }
    }

    private mutating func enter(_ entry: Entry, _ number: Int) {
        var slot = Int(truncatingIfNeeded: entry.hash) & (self.slots.count - 1)
        while self.slots[slot] != 0 { slot = (slot + 1) & (self.slots.count - 1) }
        self.slots[slot] = Int32(number)
    }

    private func spells(_ name: Range<Int>, _ topic: UnsafeRawBufferPointer) -> Bool {
        guard name.count == topic.count else { return false }
        return self.names.withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[name]).elementsEqual(topic) }
    }

    /// Multiplies eight bytes at a time into 128 bits and folds them (the step of wyhash, W. Yi 2019).
    private func hash(_ topic: UnsafeRawBufferPointer) -> UInt64 {
        var hash = self.secret ^ UInt64(topic.count)
        var index = 0
        while index + 8 <= topic.count {
            hash = Self.mix(hash ^ topic.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            index += 8
        }
        var rest: UInt64 = 0
        while index < topic.count {
            rest = rest << 8 | UInt64(topic[index])
            index += 1
        }
        return Self.mix(hash ^ rest)
    }

    private static func mix(_ word: UInt64) -> UInt64 {
        let product = word.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return product.high ^ product.low
    }
}
