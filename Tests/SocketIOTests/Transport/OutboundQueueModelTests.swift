import NIOCore
import SocketIO
import Testing

/// The queue beside a slow one that is plainly right, under seeded random operations.
@Suite struct OutboundQueueModelTests {
    /// An array that is searched from the end.
    private struct Model {
        struct Entry: Equatable {
            var id: Int
            var bytes: Int
            var key: ConflationKey?
        }

        let soft: Int
        let hard: Int
        var entries: [Entry] = []
        var byteCount: Int { self.entries.reduce(0) { $0 + $1.bytes } }

        mutating func enqueue(_ entry: Entry) -> OutboundQueue.OnEnqueue {
            let place = entry.key.flatMap { key in self.entries.lastIndex { $0.key == key } }
            if let place, self.byteCount >= self.soft {
                guard self.byteCount - self.entries[place].bytes + entry.bytes <= self.hard else { return .overflow }
                self.entries[place] = entry
                return .replaced
            }
            guard self.byteCount + entry.bytes <= self.hard else { return .overflow }
            self.entries.append(entry)
            return .appended
        }

        mutating func discard(namespace: String, room: String) {
            self.entries.removeAll { $0.key?.room == room && $0.key?.namespace == namespace }
        }

        mutating func next() -> Entry? { self.entries.isEmpty ? nil : self.entries.removeFirst() }
    }

    private static func message(_ id: Int, bytes: Int) -> OutboundMessage {
        let mark = String(id)
        let filler = String(repeating: ".", count: max(0, bytes - 3 - mark.count))
        return OutboundMessage(.message, ByteBuffer(string: mark + filler))
    }

    private static func id(_ message: OutboundMessage) -> Int? {
        var body = ByteBuffer()
        message.writePayload(into: &body)
        return Int(String(buffer: body).dropFirst().prefix { $0 != "." })
    }

    @Test(arguments: [11, 12, 13, 14, 15, 16, 17, 18] as [UInt64]) func sameAsTheModel(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let soft = Int.random(in: 0...600, using: &random)
        let hard = soft + Int.random(in: 0...4_000, using: &random)
        var model = Model(soft: soft, hard: hard)
        var queue = OutboundQueue(limits: .init(softBytes: soft, hardBytes: hard))
        // Takes are rarer than gives for a while, then the other way round, so the queue fills and empties.
        var takes = 20
        for step in 0..<20_000 {
            if step.isMultiple(of: 500) { takes = Int.random(in: 10...80, using: &random) }
            let dice = Int.random(in: 0..<100, using: &random)
            if dice < takes {
                let expected = model.next()
                try #require(queue.next().flatMap(Self.id) == expected?.id, "step \(step)")
            } else if dice < 97 {
                let key = Bool.random(using: &random) ? Self.randomKey(&random) : nil
                let message = Self.message(step, bytes: Int.random(in: 9...60, using: &random))
                let expected = model.enqueue(.init(id: step, bytes: message.byteCount, key: key))
                try #require(queue.enqueue(message, key: key) == expected, "step \(step)")
            } else {
                let key = Self.randomKey(&random)
                model.discard(namespace: key.namespace, room: key.room)
                queue.discard(namespace: key.namespace, room: key.room)
            }
            try #require(queue.byteCount == model.byteCount, "step \(step)")
            try #require(queue.byteCount <= hard)
            try #require(queue.isEmpty == model.entries.isEmpty)
        }
    }

    private static func randomKey(_ random: inout SeededRandom) -> ConflationKey {
        ConflationKey(
            namespace: Bool.random(using: &random) ? "/" : "/a", room: "r\(Int.random(in: 0..<3, using: &random))",
            event: "e", key: "k\(Int.random(in: 0..<4, using: &random))")
    }
}
