import NIOCore
import Testing

@testable import SocketIO

/// Connection state recovery, section 2c of the protocol notes, without a network.
@Suite("Recovery log")
struct RecoveryLogTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private static func log(_ change: (inout RecoveryConfiguration) -> Void = { _ in }) -> Box<RecoveryLog> {
        var configuration = RecoveryConfiguration()
        change(&configuration)
        return Box(RecoveryLog(configuration: configuration, tag: "tag-"))
    }

    private static func message(_ text: String) -> OutboundMessage {
        OutboundMessage(.message, ByteBuffer(string: text))
    }

    private static func texts(_ missed: RecoveryLog.Missed?) -> [String]? {
        missed?.messages.map { message in
            var body = ByteBuffer()
            message.writePayload(into: &body)
            return String(String(buffer: body).dropFirst())
        }
    }

    private static func session(
        lastSent: Int, goneSince: Int, rooms: Set<String> = ["id", "a"], at time: NIODeadline = Self.start
    ) -> RecoveryLog.Session {
        RecoveryLog.Session(
            socketID: "id", rooms: rooms, data: ["name": "Kim"], lastSent: lastSent, goneSince: goneSince, leftAt: time)
    }

    /// Events 0…5 to various targets.
    private static func filled(_ log: Box<RecoveryLog>) -> Box<RecoveryLog> {
        let targets: [BroadcastTarget] = [
            .init(), .init(rooms: ["a"]), .init(rooms: ["b"]), .init(rooms: ["id"]), .init(except: ["a"]),
            .init(rooms: ["a", "b"]),
        ]
        for (index, target) in targets.enumerated() {
            log.mutate({ $0.append(self.message("e\(index)"), target: target, now: self.start) })
        }
        return log
    }

    @Test("what was missed is chosen by the rooms at the time of leaving, without the excepted, in order")
    func choice() throws {
        let log = Self.filled(Self.log())
        log.mutate({ $0.save(Self.session(lastSent: 1, goneSince: 2), pid: "pid") })
        let claim = try #require(log.mutate({ $0.claim(pid: "pid", offset: $0.offset(1), now: Self.start) }))
        let missed = try #require(log.value.missed(claim))
        #expect(Self.texts(missed) == ["e3", "e5"])
        #expect(missed.lastSent == 5)
        #expect(missed.next == 6)
        #expect(claim.session.data == ["name": "Kim"])
    }

    @Test("events sent into the broken connection come again")
    func sentButNotSeen() throws {
        let log = Self.filled(Self.log())
        log.mutate({ $0.save(Self.session(lastSent: 3, goneSince: 4), pid: "pid") })
        let claim = try #require(log.mutate({ $0.claim(pid: "pid", offset: $0.offset(0), now: Self.start) }))
        #expect(Self.texts(log.value.missed(claim)) == ["e1", "e3", "e5"])
    }

    @Test("trap 57: a session works once, and only with its secret")
    func trap57_singleUse() {
        let log = Self.filled(Self.log())
        log.mutate({ $0.save(Self.session(lastSent: 5, goneSince: 6), pid: "pid") })
        #expect(log.mutate({ $0.claim(pid: "other", offset: nil, now: Self.start) }) == nil)
        #expect(log.mutate({ $0.claim(pid: "pid", offset: $0.offset(5), now: Self.start) }) != nil)
        #expect(log.mutate({ $0.claim(pid: "pid", offset: $0.offset(5), now: Self.start) }) == nil)
        #expect(!log.value.hasSessions)
    }

    @Test(
        "an offset that is none of ours is an ordinary connect",
        arguments: ["bar", "", "tag-", "tag-!", "old-1", "tag-zz", "tag--5", "tag-99999999999999999999"])
    func foreignOffsets(offset: String) {
        let log = Self.filled(Self.log())
        log.mutate({ $0.save(Self.session(lastSent: 5, goneSince: 6), pid: "pid") })
        #expect(log.mutate({ $0.claim(pid: "pid", offset: offset, now: Self.start) }) == nil)
    }

    @Test("a client that never got an event has no offset and recovers all the same (#4888)")
    func withoutOffset() throws {
        let log = Self.filled(Self.log())
        log.mutate({ $0.save(Self.session(lastSent: -1, goneSince: 4), pid: "pid") })
        let claim = try #require(log.mutate({ $0.claim(pid: "pid", offset: nil, now: Self.start) }))
        #expect(Self.texts(log.value.missed(claim)) == ["e5"])
    }

    @Test("an idle client whose last event has gone from the log recovers all the same (#5282)")
    func idleClient() throws {
        let log = Self.filled(Self.log { $0.eventsMax = 2 })
        log.mutate({ $0.save(Self.session(lastSent: 1, goneSince: 4), pid: "idle") })
        log.mutate({ $0.save(Self.session(lastSent: 3, goneSince: 4), pid: "behind") })
        let claim = try #require(log.mutate({ $0.claim(pid: "idle", offset: $0.offset(1), now: Self.start) }))
        #expect(Self.texts(log.value.missed(claim)) == ["e5"])
        // Who has not seen all that was sent needs what is no longer there.
        #expect(log.mutate({ $0.claim(pid: "behind", offset: $0.offset(1), now: Self.start) }) == nil)
    }

    @Test("events that go between the claim and the answer make it an ordinary connect")
    func goneMeanwhile() throws {
        let log = Self.filled(Self.log { $0.eventsMax = 6 })
        log.mutate({ $0.save(Self.session(lastSent: 0, goneSince: 1), pid: "pid") })
        let claim = try #require(log.mutate({ $0.claim(pid: "pid", offset: $0.offset(0), now: Self.start) }))
        for _ in 0..<3 { log.mutate({ $0.append(Self.message("x"), target: .init(), now: Self.start) }) }
        #expect(log.value.missed(claim) == nil)
    }

    @Test("bounds: count, bytes and age of events, count and age of sessions")
    func bounds() {
        let byCount = Self.log { $0.eventsMax = 3 }
        let byBytes = Self.log { $0.bytesMax = 100 }
        for index in 0..<50 {
            byCount.mutate({ $0.append(Self.message("x"), target: .init(), now: Self.start) })
            byBytes.mutate({
                $0.append(Self.message(String(repeating: "x", count: 40)), target: .init(), now: Self.start)
            })
            #expect(byCount.value.next == index + 1)
        }
        byCount.mutate({ $0.save(Self.session(lastSent: 46, goneSince: 47), pid: "in") })
        byCount.mutate({ $0.save(Self.session(lastSent: 45, goneSince: 46), pid: "out") })
        #expect(byCount.mutate({ $0.claim(pid: "in", offset: $0.offset(46), now: Self.start) }) != nil)
        #expect(byCount.mutate({ $0.claim(pid: "out", offset: $0.offset(45), now: Self.start) }) == nil)
        byBytes.mutate({ $0.save(Self.session(lastSent: 47, goneSince: 48), pid: "in") })
        byBytes.mutate({ $0.save(Self.session(lastSent: 46, goneSince: 47), pid: "out") })
        #expect(byBytes.mutate({ $0.claim(pid: "in", offset: $0.offset(47), now: Self.start) }) != nil)
        #expect(byBytes.mutate({ $0.claim(pid: "out", offset: $0.offset(46), now: Self.start) }) == nil)

        let byAge = Self.log { $0.maxDisconnectionDuration = .seconds(10) }
        byAge.mutate({ $0.append(Self.message("old"), target: .init(), now: Self.start) })
        byAge.mutate({ $0.save(Self.session(lastSent: -1, goneSince: 0), pid: "late") })
        #expect(byAge.mutate({ $0.claim(pid: "late", offset: nil, now: Self.start + .seconds(11)) }) == nil)
        byAge.mutate({ $0.save(Self.session(lastSent: -1, goneSince: 0, at: Self.start + .seconds(12)), pid: "soon") })
        byAge.mutate({ $0.append(Self.message("new"), target: .init(), now: Self.start + .seconds(12)) })
        #expect(
            byAge.mutate({ $0.claim(pid: "soon", offset: nil, now: Self.start + .seconds(13)) }) == nil,
            "the old event is gone")

        let bySessions = Self.log { $0.sessionsMax = 2 }
        for name in ["a", "b", "c"] {
            bySessions.mutate({ $0.save(Self.session(lastSent: -1, goneSince: 0), pid: name) })
        }
        #expect(bySessions.mutate({ $0.claim(pid: "a", offset: nil, now: Self.start) }) == nil)
        #expect(bySessions.mutate({ $0.claim(pid: "c", offset: nil, now: Self.start) }) != nil)
    }
}
