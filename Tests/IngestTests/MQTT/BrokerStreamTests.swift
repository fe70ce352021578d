import Glibc
import TelemetryCore
import Testing

@testable import Ingest

/// A broker and a libmosquitto at the two ends of a stream, both of them plain sockets of the test.
@Suite struct BrokerStreamTests {
    /// Closes what it has when it goes.
    private final class Ends {
        let broker: Int32
        let library: Int32
        let stream: BrokerStream
        let inbox = MQTTInbox(clock: WallClock { Timestamp(milliseconds: 0) })
        /// What libmosquitto got.
        private(set) var passedOn: [UInt8] = []
        /// What the broker got.
        private(set) var answered: [UInt8] = []

        init(_ version: MQTTVersion = .v311) throws {
            var pair: [Int32] = [-1, -1]
            #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &pair) == 0)
            (self.broker, self.library) = (pair[0], pair[1])
            self.stream = try #require(BrokerStream(taking: pair[1], version: version))
        }

        deinit {
            close(self.broker)
            close(self.library)
        }

        func send(_ bytes: some Collection<UInt8>) {
            let bytes = Array(bytes)
            #expect(write(self.broker, bytes, bytes.count) == bytes.count)
        }

        private static func drain(_ descriptor: Int32, into bytes: inout [UInt8]) {
            var piece = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = recv(descriptor, &piece, piece.count, Int32(MSG_DONTWAIT))
                guard count > 0 else { return }
                bytes += piece.prefix(count)
            }
        }

        /// Something lies in the socket.
        var hasInput: Bool {
            var descriptor = pollfd(fd: self.stream.descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&descriptor, 1, 0) > 0
        }

        /// As `MQTTClient.read` does it, with a libmosquitto that only keeps what it gets.
        func read() {
            if !self.stream.isBehind { #expect(self.stream.receive()) }
            while self.stream.take(into: self.inbox) == .foreign {
                let isMessage = self.stream.passOn()
                Self.drain(self.library, into: &self.passedOn)
                if isMessage { self.inbox.close() }
            }
        }

        /// `library`: what libmosquitto has to say.
        func answer(library words: [UInt8] = []) {
            var isSaid = words.isEmpty
            self.stream.collect { () throws(Never) -> Bool in
                if isSaid { return false }
                isSaid = true
                #expect(write(self.library, words, words.count) == words.count)
                return true
            }
            #expect(self.stream.send())
            Self.drain(self.broker, into: &self.answered)
        }

        var texts: [String] {
            self.inbox.messages.map { String(decoding: self.inbox.bytes[$0.payload], as: UTF8.self) }
        }
    }

    private static func message(_ text: String, identifier: UInt8 = 0, topic: String = "t") -> [UInt8] {
        let body = [0, UInt8(topic.utf8.count)] + Array(topic.utf8) + (identifier > 0 ? [0, identifier] : [])
        return [identifier > 0 ? 0x32 : 0x30, UInt8(body.count + text.utf8.count)] + body + Array(text.utf8)
    }

    @Test func acknowledgesOnlyWhenItIsTold() throws {
        let ends = try Ends()
        ends.send(Self.message("a") + Self.message("b", identifier: 7) + Self.message("c", identifier: 8))
        ends.read()
        #expect(ends.texts == ["a", "b", "c"] && ends.inbox.awaitsAcknowledgement)
        #expect(ends.stream.wantsWrite && ends.answered.isEmpty)
        ends.answer()
        #expect(ends.answered == [0x40, 2, 0, 7, 0x40, 2, 0, 8])
        #expect(!ends.stream.wantsWrite)
    }

    /// What goes to libmosquitto and is a message ends the batch: its acknowledgement comes behind those that are held.
    @Test func keepsTheOrderOfAcknowledgements() throws {
        let ends = try Ends()
        let odd = Self.message("x", identifier: 2, topic: "ä")
        ends.send(Self.message("a", identifier: 1) + odd + Self.message("b", identifier: 3))
        ends.read()
        #expect(ends.texts == ["a"] && ends.inbox.isFull && ends.stream.isBehind)
        #expect(ends.passedOn == odd)
        ends.answer(library: [0x40, 2, 0, 2])
        ends.inbox.removeMessages()
        ends.read()
        #expect(ends.texts == ["b"] && !ends.stream.isBehind)
        ends.answer()
        #expect(ends.answered == [0x40, 2, 0, 1, 0x40, 2, 0, 2, 0x40, 2, 0, 3])
    }

    @Test func leavesWhatTheInboxHasNoRoomFor() throws {
        let ends = try Ends()
        let count = Limits.batchMessagesMax + 5
        ends.send((0..<count).flatMap { Self.message("\($0)") })
        var texts: [String] = []
        for _ in 0..<10 where texts.count < count {
            ends.read()
            texts += ends.texts
            #expect(ends.stream.isBehind == (texts.count == Limits.batchMessagesMax))
            ends.inbox.removeMessages()
        }
        #expect(texts == (0..<count).map { "\($0)" })
    }

    /// Packets of all kinds in pieces of all lengths: plain messages reach the inbox and everything else libmosquitto,
    /// byte by byte and in order.
    @Test(arguments: FuzzPlan.seeds) func takesApartAnyPieces(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let ends = try Ends()
        var (bytes, foreign, texts, acknowledged): ([UInt8], [UInt8], [String], [UInt8]) = ([], [], [], [])
        for number in 0..<500 {
            switch random.next() % 8 {
            case 0:
                foreign += [0xD0, 0]
                bytes += [0xD0, 0]
            case 1:
                let odd = Self.message("\(number)", topic: "ä")
                foreign += odd
                bytes += odd
            case 2...4:
                texts.append("\(number)")
                bytes += Self.message("\(number)")
            default:
                let identifier = UInt8(1 + number % 250)
                texts.append("\(number)")
                acknowledged += [0x40, 2, 0, identifier]
                bytes += Self.message("\(number)", identifier: identifier)
            }
        }
        var rest = bytes[...]
        var read: [String] = []
        while !rest.isEmpty || ends.stream.isBehind || ends.hasInput {
            let piece = rest.prefix(1 + Int(random.next() % 60))
            rest = rest.dropFirst(piece.count)
            if !piece.isEmpty { ends.send(piece) }
            ends.read()
            if ends.inbox.isFull || random.next() % 4 == 0 || rest.isEmpty {
                read += ends.texts
                ends.inbox.removeMessages()
                ends.answer()
            }
        }
        #expect(read == texts)
        #expect(ends.passedOn == foreign)
        #expect(ends.answered == acknowledged)
    }

    @Test func saysThatTheBrokerHasGone() throws {
        let ends = try Ends()
        ends.send(Self.message("a") + [0x30])
        shutdown(ends.broker, Int32(SHUT_WR))
        ends.read()
        #expect(ends.texts == ["a"])
        #expect(!ends.stream.receive() && errno == 0)
    }
}
