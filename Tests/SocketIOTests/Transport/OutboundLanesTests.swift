import NIOCore
import NIOEmbedded
import Testing

@testable import SocketIO

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The short way of broadcasts, with pairs of sockets and a clock that the test moves.
@Suite struct OutboundLanesTests {
    private final class Owner: LaneOwner {
        var rest: ByteBuffer?
        func fellBehind(_ rest: ByteBuffer) { self.rest = rest }
    }

    /// A lane whose other end the test reads.
    private struct Peer {
        let owner = Owner()
        let lane: OutboundLanes.Index
        let descriptor: CInt
        let other: CInt

        init(_ lanes: OutboundLanes) throws {
            var pair: [CInt] = [-1, -1]
            #if canImport(Darwin)
                try #require(socketpair(AF_UNIX, SOCK_STREAM, 0, &pair) == 0)
            #else
                try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
            #endif
            (self.descriptor, self.other) = (pair[0], pair[1])
            self.lane = lanes.enter(self.owner)
            lanes.open(self.lane, self.descriptor)
        }

        /// What has come until now, each element what one `recv` found of at most so many bytes.
        func received(atMost count: Int = 65_536) -> [String] {
            var found: [String] = []
            while true {
                var bytes = [UInt8](repeating: 0, count: count)
                let length = recv(self.other, &bytes, count, Int32(MSG_DONTWAIT))
                guard length > 0 else { return found }
                found.append(String(decoding: bytes[..<length], as: UTF8.self))
            }
        }

        func close() {
            for descriptor in [self.descriptor, self.other] { systemClose(descriptor) }
        }
    }

    /// Runs `body` with a table, its clock, and so many lanes.
    private static func run(
        window: TimeAmount = .milliseconds(10), peers count: Int,
        _ body: (OutboundLanes, EmbeddedEventLoop, [Peer]) throws -> Void
    ) throws {
        let loop = EmbeddedEventLoop()
        let lanes = OutboundLanes(eventLoop: loop, window: window)
        let peers = try (0..<count).map { _ in try Peer(lanes) }
        defer { for peer in peers { peer.close() } }
        try body(lanes, loop, peers)
        try loop.syncShutdownGracefully()
    }

    private static func send(_ text: String, _ lanes: OutboundLanes, to peers: [Peer]) -> (sent: Int, others: [Int]) {
        var others: ContiguousArray<Int> = []
        let sent = lanes.send(ByteBuffer(string: text), to: ContiguousArray(peers.map(\.lane)), others: &others)
        return (sent, Array(others))
    }

    @Test func whoGotNothingLatelyHasItAtOnce_whatFollowsIsHeldTogether() throws {
        try Self.run(peers: 1) { lanes, loop, peers in
            #expect(Self.send("a", lanes, to: peers) == (1, []))
            #expect(peers[0].received() == ["a"])
            _ = Self.send("b", lanes, to: peers)
            _ = Self.send("c", lanes, to: peers)
            loop.advanceTime(by: .milliseconds(9))
            #expect(peers[0].received() == [])
            loop.advanceTime(by: .milliseconds(1))
            #expect(peers[0].received() == ["bc"])
            loop.advanceTime(by: .milliseconds(10))
            _ = Self.send("d", lanes, to: peers)
            #expect(peers[0].received() == ["d"])
        }
    }

    @Test func withoutAWindowNothingIsHeld() throws {
        try Self.run(window: .zero, peers: 1) { lanes, _, peers in
            for text in ["a", "b"] {
                _ = Self.send(text, lanes, to: peers)
                #expect(peers[0].received() == [text])
            }
        }
    }

    @Test func eachGetsItsOwnRunsOfWhatAllShare() throws {
        try Self.run(peers: 2) { lanes, loop, peers in
            _ = Self.send("-", lanes, to: peers)
            for (text, receivers) in [("a", [0, 1]), ("b", [1]), ("c", [0, 1]), ("d", [0]), ("e", [0])] {
                _ = Self.send(text, lanes, to: receivers.map { peers[$0] })
            }
            loop.advanceTime(by: .milliseconds(10))
            #expect(peers[0].received() == ["-acde"])
            #expect(peers[1].received() == ["-abc"])
        }
    }

    @Test func aBatchLeavesAtItsEndInOneWrite() throws {
        try Self.run(peers: 2) { lanes, loop, peers in
            lanes.batch {
                _ = Self.send("a", lanes, to: peers)
                _ = Self.send("b", lanes, to: [peers[0]])
                _ = Self.send("c", lanes, to: peers)
                #expect(peers[0].received() == [])
            }
            #expect(peers[0].received() == ["abc"])
            #expect(peers[1].received() == ["ac"])
            lanes.batch { _ = Self.send("d", lanes, to: peers) }
            #expect(peers[0].received() == [], "it got something within the window")
            loop.advanceTime(by: .milliseconds(10))
            #expect(peers[0].received() == ["d"])
        }
    }

    /// One that got something just now, one for which something is held, one that got nothing for long.
    @Test func whatHasWaitedBeforeIsHeldForNobody() throws {
        try Self.run(peers: 3) { lanes, loop, peers in
            _ = Self.send("a", lanes, to: [peers[0], peers[1]])
            _ = Self.send("b", lanes, to: [peers[1]])
            #expect(peers.map { $0.received() } == [["a"], ["a"], []])
            lanes.batch(isUrgent: true) {
                _ = Self.send("c", lanes, to: peers)
                _ = Self.send("d", lanes, to: peers)
                #expect(peers.map { $0.received() } == [[], [], []])
            }
            #expect(peers.map { $0.received() } == [["cd"], ["bcd"], ["cd"]])
            // The list of those held is gone through for nothing, and what comes is held as ever.
            _ = Self.send("e", lanes, to: peers)
            #expect(peers.map { $0.received() } == [[], [], []])
            loop.advanceTime(by: .milliseconds(10))
            #expect(peers.map { $0.received() } == [["e"], ["e"], ["e"]])
            lanes.batch(isUrgent: true) { _ = Self.send("f", lanes, to: peers) }
            lanes.batch { _ = Self.send("g", lanes, to: peers) }
            #expect(peers.map { $0.received() } == [["f"], ["f"], ["f"]])
            loop.advanceTime(by: .milliseconds(10))
            #expect(peers.map { $0.received() } == [["g"], ["g"], ["g"]])
        }
    }

    @Test func aClosedLaneTakesNothing_andHandsBackWhatWasHeld() throws {
        try Self.run(peers: 2) { lanes, loop, peers in
            _ = Self.send("a", lanes, to: peers)
            _ = Self.send("b", lanes, to: peers)
            #expect(lanes.close(peers[0].lane) == ByteBuffer(string: "b"))
            #expect(Self.send("c", lanes, to: peers) == (1, [0]))
            lanes.open(peers[0].lane, peers[0].descriptor)
            #expect(lanes.close(peers[0].lane) == nil)
            loop.advanceTime(by: .milliseconds(10))
            #expect(peers[0].received() == ["a"])
            #expect(peers[1].received() == ["abc"])
        }
    }

    @Test func whatASocketDoesNotTakeGoesToItsOwner() throws {
        try Self.run(window: .zero, peers: 2) { lanes, _, peers in
            let text = String(repeating: "0123456789", count: 400_000)
            #expect(Self.send(text, lanes, to: peers).sent == 2)
            for peer in peers {
                let rest = try #require(peer.owner.rest)
                #expect(peer.received().joined() + String(buffer: rest) == text)
                #expect(!lanes.isOpen(peer.lane))
            }
        }
    }

    @Test func aBrokenSocketIsTheOwnersBusiness() throws {
        try Self.run(window: .zero, peers: 1) { lanes, _, peers in
            shutdown(peers[0].descriptor, Int32(SHUT_WR))
            _ = Self.send("a", lanes, to: peers)
            #expect(peers[0].owner.rest == ByteBuffer(string: "a"))
            #expect(Self.send("b", lanes, to: peers) == (0, [0]))
        }
    }

    @Test func tooMuchForOneLaneDoesNotWait() throws {
        try Self.run(peers: 1) { lanes, _, peers in
            _ = Self.send("-", lanes, to: peers)
            let text = String(repeating: "x", count: 40_000)
            _ = Self.send(text, lanes, to: peers)
            #expect(peers[0].received() == ["-"])
            _ = Self.send(text, lanes, to: peers)
            #expect(peers[0].received().joined() == text + text)
        }
    }

    @Test func aPlaceIsGivenAgain_withoutWhatWasHeldForTheOneBefore() throws {
        try Self.run(peers: 1) { lanes, loop, peers in
            _ = Self.send("a", lanes, to: peers)
            _ = Self.send("b", lanes, to: peers)
            lanes.leave(peers[0].lane)
            #expect(Self.send("c", lanes, to: peers) == (0, [0]))
            loop.run()
            let next = try Peer(lanes)
            defer { next.close() }
            #expect(next.lane == peers[0].lane)
            _ = Self.send("d", lanes, to: [next])
            loop.advanceTime(by: .milliseconds(10))
            #expect(next.received() == ["d"])
            #expect(peers[0].received() == ["a"])
        }
    }
}

private func systemClose(_ descriptor: CInt) { close(descriptor) }
