package import NIOCore

/// Names a value of which a slow receiver only needs the newest.
package struct ConflationKey: Hashable, Sendable {
    package let namespace: String
    package let room: String
    package let event: String
    package let key: String

    package init(namespace: String, room: String, event: String, key: String) {
        self.namespace = namespace
        self.room = room
        self.event = event
        self.key = key
    }
}

/// The messages of one connection that its transport cannot take yet. Bounded in bytes.
///
/// - Below `softBytes` everything is kept in order.
/// - Above it, a message with a conflation key replaces the waiting one of the same key in its place, so a slow
///   receiver holds at most one pending value a key; messages without a key are still kept in order.
/// - Above `hardBytes` the queue refuses, and the connection is closed: a client that lost an answer cannot be trusted
///   to know.
package struct OutboundQueue {
    package struct Limits: Equatable, Sendable {
        package var softBytes: Int
        package var hardBytes: Int
        /// Messages that may wait.
        package var messagesMax: Int
        /// How long the oldest one may wait; `nil`: for ever.
        package var ageMax: TimeAmount?

        package init(softBytes: Int, hardBytes: Int, messagesMax: Int = .max, ageMax: TimeAmount? = nil) {
            self.softBytes = softBytes
            self.hardBytes = hardBytes
            self.messagesMax = messagesMax
            self.ageMax = ageMax
        }
    }

    private struct Entry {
        /// `nil` once taken, so that its bytes go before its place does.
        var message: OutboundMessage?
        var key: ConflationKey?
        var since = NIODeadline.uptimeNanoseconds(0)
    }

    package enum OnEnqueue: Equatable, Sendable {
        case appended
        /// Took the place of an older value of the same key.
        case replaced
        /// Over a hard limit (bytes, messages or age): close the connection.
        case overflow
    }

    private let limits: Limits
    private var entries: [Entry] = []
    /// Entries before this index are taken.
    private var head = 0
    /// Index of the newest waiting entry of a key.
    private var slots: [ConflationKey: Int] = [:]
    package private(set) var byteCount = 0

    package init(limits: Limits) { self.limits = limits }

    package var isEmpty: Bool { self.byteCount == 0 }

    /// Places in memory, those of taken entries included: bounded by what waits, not by what has ever passed.
    package var placeCount: Int { self.entries.count }

    package mutating func enqueue(
        _ message: OutboundMessage, key: ConflationKey? = nil, now: NIODeadline = .uptimeNanoseconds(0)
    ) -> OnEnqueue {
        if let ageMax = self.limits.ageMax, let oldest = self.oldest, now - oldest > ageMax { return .overflow }
        if let key, self.byteCount >= self.limits.softBytes, let index = self.slots[key] {
            let byteCount = self.byteCount + message.byteCount - (self.entries[index].message?.byteCount ?? 0)
            guard byteCount <= self.limits.hardBytes else { return .overflow }
            self.byteCount = byteCount
            self.entries[index].message = message
            return .replaced
        }
        guard self.byteCount + message.byteCount <= self.limits.hardBytes,
            self.entries.count - self.head < self.limits.messagesMax
        else { return .overflow }
        if let key { self.slots[key] = self.entries.count }
        self.entries.append(Entry(message: message, key: key, since: now))
        self.byteCount += message.byteCount
        return .appended
    }

    /// Since when the oldest message waits. A value that was replaced in its place keeps the age of the first: its
    /// receiver has not read since then.
    private var oldest: NIODeadline? {
        self.entries[self.head...].first { $0.message != nil }?.since
    }

    /// Drops what waits for a room the socket has left: it must not arrive after the answer that says so. The others
    /// close up, so that a client that reads nothing and goes in and out of rooms leaves no holes behind.
    package mutating func discard(namespace: String, room: String) {
        guard self.slots.keys.contains(where: { $0.room == room && $0.namespace == namespace }) else { return }
        let waiting = self.entries[self.head...]
        self.removeAll()
        for entry in waiting where entry.key?.room != room || entry.key?.namespace != namespace {
            if let key = entry.key { self.slots[key] = self.entries.count }
            self.entries.append(entry)
            self.byteCount += entry.message?.byteCount ?? 0
        }
    }

    /// The oldest message, taken out.
    package mutating func next() -> OutboundMessage? {
        while self.head < self.entries.count {
            let entry = self.entries[self.head]
            if let key = entry.key, self.slots[key] == self.head { self.slots[key] = nil }
            self.entries[self.head] = Entry()
            self.head += 1
            guard let message = entry.message else { continue }
            self.byteCount -= message.byteCount
            self.compact()
            return message
        }
        self.removeAll()
        return nil
    }

    package mutating func removeAll() {
        self.entries = []
        self.slots = [:]
        self.head = 0
        self.byteCount = 0
    }

    /// Gives back the places of taken entries once they are the larger half, so that a queue that never runs empty does
    /// not grow either; each entry is moved at most once for each one taken.
    private mutating func compact() {
        guard self.head >= 64, self.head * 2 >= self.entries.count else {
            if self.head == self.entries.count { self.removeAll() }
            return
        }
        self.entries.removeFirst(self.head)
        let shift = self.head
        self.slots = self.slots.mapValues { $0 - shift }
        self.head = 0
    }
}
