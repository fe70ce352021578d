import NIOCore
import SocketIO
import Testing

@Suite struct OutboundQueueTests {
    /// A message that weighs `bytes` in the queue.
    private static func message(_ mark: Character, bytes: Int = 10) -> OutboundMessage {
        OutboundMessage(.message, ByteBuffer(string: String(repeating: mark, count: bytes - 3)))
    }

    private static func key(_ key: String, room: String = "r", namespace: String = "/") -> ConflationKey {
        ConflationKey(namespace: namespace, room: room, event: "e", key: key)
    }

    private static func drain(_ queue: inout OutboundQueue) -> String {
        var marks = ""
        while let message = queue.next() {
            var body = ByteBuffer()
            message.writePayload(into: &body)
            marks += String(buffer: body).suffix(1)
        }
        return marks
    }

    @Test func firstInFirstOut() {
        var queue = OutboundQueue(limits: .init(softBytes: 100, hardBytes: 100))
        for mark in "abc" { #expect(queue.enqueue(Self.message(mark)) == .appended) }
        #expect(queue.byteCount == 30)
        #expect(Self.drain(&queue) == "abc")
        #expect(queue.isEmpty)
    }

    @Test func belowTheSoftLimitEverythingIsKept() {
        var queue = OutboundQueue(limits: .init(softBytes: 100, hardBytes: 200))
        for mark in "abc" { #expect(queue.enqueue(Self.message(mark), key: Self.key("k")) == .appended) }
        #expect(Self.drain(&queue) == "abc")
    }

    @Test func aboveItTheNewestOfAKeyTakesThePlaceOfTheOneThatWaits() {
        var queue = OutboundQueue(limits: .init(softBytes: 20, hardBytes: 200))
        #expect(queue.enqueue(Self.message("a"), key: Self.key("1")) == .appended)
        #expect(queue.enqueue(Self.message("b"), key: Self.key("2")) == .appended)
        #expect(queue.enqueue(Self.message("x")) == .appended)
        #expect(queue.enqueue(Self.message("c"), key: Self.key("1")) == .replaced)
        #expect(queue.enqueue(Self.message("d"), key: Self.key("3")) == .appended)
        #expect(queue.enqueue(Self.message("e"), key: Self.key("3")) == .replaced)
        #expect(queue.byteCount == 40)
        #expect(Self.drain(&queue) == "cbxe")
    }

    @Test func aKeyIsNamespaceRoomEventAndKey() {
        var queue = OutboundQueue(limits: .init(softBytes: 0, hardBytes: 200))
        #expect(queue.enqueue(Self.message("a"), key: Self.key("1")) == .appended)
        #expect(queue.enqueue(Self.message("b"), key: Self.key("1", room: "s")) == .appended)
        #expect(queue.enqueue(Self.message("c"), key: Self.key("1", namespace: "/x")) == .appended)
        #expect(queue.enqueue(Self.message("d"), key: Self.key("1")) == .replaced)
        #expect(Self.drain(&queue) == "dbc")
    }

    @Test func theHardLimitRefuses() {
        var queue = OutboundQueue(limits: .init(softBytes: 10, hardBytes: 30))
        for mark in "abc" { #expect(queue.enqueue(Self.message(mark)) == .appended) }
        #expect(queue.enqueue(Self.message("d")) == .overflow)
        #expect(queue.byteCount == 30)
        #expect(Self.drain(&queue) == "abc")
    }

    @Test func aLongerValueInPlaceIsBoundedByTheHardLimitToo() {
        var queue = OutboundQueue(limits: .init(softBytes: 10, hardBytes: 30))
        #expect(queue.enqueue(Self.message("a"), key: Self.key("1")) == .appended)
        #expect(queue.enqueue(Self.message("b")) == .appended)
        #expect(queue.enqueue(Self.message("c", bytes: 20), key: Self.key("1")) == .replaced)
        #expect(queue.enqueue(Self.message("d", bytes: 21), key: Self.key("1")) == .overflow)
        #expect(queue.byteCount == 30)
        #expect(Self.drain(&queue) == "cb")
    }

    @Test func aTakenValueIsNotReplacedAnyMore() {
        var queue = OutboundQueue(limits: .init(softBytes: 0, hardBytes: 200))
        #expect(queue.enqueue(Self.message("a"), key: Self.key("1")) == .appended)
        #expect(queue.next() != nil)
        #expect(queue.enqueue(Self.message("b"), key: Self.key("1")) == .appended)
        #expect(Self.drain(&queue) == "b")
    }

    @Test func leavingARoomDropsWhatWaitsForIt() {
        var queue = OutboundQueue(limits: .init(softBytes: 0, hardBytes: 200))
        _ = queue.enqueue(Self.message("a"), key: Self.key("1"))
        _ = queue.enqueue(Self.message("b"), key: Self.key("1", room: "s"))
        _ = queue.enqueue(Self.message("c"))
        queue.discard(namespace: "/", room: "r")
        #expect(queue.byteCount == 20)
        #expect(queue.enqueue(Self.message("d"), key: Self.key("1")) == .appended)
        #expect(Self.drain(&queue) == "bcd")
    }

    @Test func discardingTheLastEmptiesTheQueue() {
        var queue = OutboundQueue(limits: .init(softBytes: 0, hardBytes: 200))
        _ = queue.enqueue(Self.message("a"), key: Self.key("1"))
        queue.discard(namespace: "/", room: "r")
        #expect(queue.isEmpty)
        #expect(queue.next() == nil)
    }

    /// A client that stops reading and goes in and out of a room must not leave holes behind.
    @Test func discardedEntriesGiveTheirPlacesBack() {
        var queue = OutboundQueue(limits: .init(softBytes: 0, hardBytes: 200))
        _ = queue.enqueue(Self.message("x"))
        for _ in 0..<1_000 {
            _ = queue.enqueue(Self.message("a"), key: Self.key("1"))
            queue.discard(namespace: "/", room: "r")
        }
        #expect(queue.placeCount == 1)
        #expect(Self.drain(&queue) == "x")
    }

    @Test func aQueueThatNeverRunsEmptyDoesNotGrow() {
        var queue = OutboundQueue(limits: .init(softBytes: 1_000, hardBytes: 1_000))
        _ = queue.enqueue(Self.message("x"))
        for _ in 0..<10_000 {
            _ = queue.enqueue(Self.message("y"))
            _ = queue.next()
        }
        #expect(queue.placeCount < 200)
        #expect(Self.drain(&queue) == "y")
    }
}
