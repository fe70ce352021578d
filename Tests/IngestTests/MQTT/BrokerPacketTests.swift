import Testing

@testable import Ingest

@Suite struct BrokerPacketTests {
    private func read(_ bytes: [UInt8], _ version: MQTTVersion = .v311, countMax: Int = 1000) -> BrokerPacket {
        bytes.withUnsafeBytes { BrokerPacket($0, version: version, countMax: countMax) }
    }

    private static let plain: [UInt8] = [0x30, 5, 0, 1, 0x61, 0x31, 0x32]

    @Test func readsPlainMessages() {
        let expected = BrokerPacket.Message(
            topic: 4..<5, payload: 5..<7, identifier: 0, isRedelivered: false, isRetained: false)
        #expect(self.read(Self.plain) == .message(expected))
        // Whatever follows.
        #expect(self.read(Self.plain + [0xFF, 0xFF]) == .message(expected))
    }

    /// DUP means nothing with QoS 0.
    @Test(
        arguments: [
            (0x31, nil, false, true), (0x38, nil, false, false), (0x32, 0x1234, false, false),
            (0x3A, 0x1234, true, false),
            (0x3B, 0x1234, true, true),
        ] as [(UInt8, UInt16?, Bool, Bool)])
    func readsTheFlags(head: UInt8, identifier: UInt16?, isRedelivered: Bool, isRetained: Bool) {
        let bytes: [UInt8] = [0, 1, 0x61] + (identifier.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? []) + [0x31]
        guard case .message(let message) = self.read([head, UInt8(bytes.count)] + bytes) else {
            Issue.record("no message")
            return
        }
        #expect(message.identifier == identifier ?? 0 && message.payload.count == 1)
        #expect(message.isRedelivered == isRedelivered && message.isRetained == isRetained)
    }

    @Test func skipsThePropertiesOfMQTT5() {
        #expect(self.read([0x30, 5, 0, 1, 0x61, 0, 0x31], .v5).payload == 6..<7)
        #expect(self.read([0x32, 9, 0, 1, 0x61, 0, 7, 2, 0x01, 0x01, 0x31], .v5).payload == 10..<11)
        #expect(self.read([0x30, 4, 0, 1, 0x61, 2], .v5) == .other(count: 6, isMessage: true))
        #expect(self.read([0x30, 3, 0, 1, 0x61], .v5) == .other(count: 5, isMessage: true))
        // A topic alias in place of the topic.
        #expect(self.read([0x30, 6, 0, 0, 3, 0x23, 0, 1], .v5) == .other(count: 8, isMessage: true))
    }

    @Test(
        arguments: [
            [0x34, 7, 0, 1, 0x61, 0, 1, 0x31, 0x32],  // QoS 2
            [0x36, 7, 0, 1, 0x61, 0, 1, 0x31, 0x32],  // QoS 3, which there is not
            [0x30, 3, 0, 0, 0x31],  // no topic
            [0x30, 3, 0, 2, 0x61],  // a topic beyond the packet
            [0x30, 1, 0],  // half a length
            [0x32, 4, 0, 1, 0x61, 0],  // half an identifier
            [0x32, 5, 0, 1, 0x61, 0, 0],  // identifier 0
            [0x30, 4, 0, 2, 0xC3, 0xA4],  // not ASCII
            [0x30, 3, 0, 1, 0],  // a control character
        ] as [[UInt8]]) func leavesWhatIsOddToLibmosquitto(packet: [UInt8])
    {
        #expect(self.read(packet + Self.plain) == .other(count: packet.count, isMessage: true))
    }

    @Test func leavesOtherPacketsToLibmosquitto() {
        #expect(self.read([0xD0, 0]) == .other(count: 2, isMessage: false))
        #expect(self.read([0x90, 3, 0, 1]) == .other(count: 5, isMessage: false))
        #expect(self.read([0x30, 0xFF, 0xFF, 0xFF, 0xFF]) == .other(count: .max, isMessage: false))
        #expect(self.read([0x30, 0xE8, 0x07]) == .other(count: 1003, isMessage: true))
        #expect(self.read([0x30, 0xE5, 0x07]) == .incomplete)
    }

    @Test func waitsForTheRest() {
        for count in 0..<Self.plain.count { #expect(self.read(Array(Self.plain.prefix(count))) == .incomplete) }
        #expect(self.read([0x30, 0xFF, 0xFF, 0xFF]) == .incomplete)
    }

    /// Whatever the bytes are: nothing traps, and no range leaves the packet.
    @Test(arguments: FuzzPlan.seeds) func neverLooksBeyondThePacket(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var messages = 0
        for _ in 0..<FuzzPlan.inputsPerSeed {
            var bytes = (0..<Int(random.next() % 24)).map { _ in UInt8(random.next() % 256) }
            if bytes.count > 3 {
                bytes[0] = 0x30 | bytes[0] & 0x0B
                bytes[1] = UInt8(Int(bytes[1]) % (bytes.count + 2))
                bytes[2] = 0
                bytes[3] %= 6
            }
            for index in bytes.indices.dropFirst(4) where random.next() % 8 != 0 { bytes[index] = 0x61 }
            for version in MQTTVersion.allCases {
                guard case .message(let message) = self.read(bytes, version) else { continue }
                messages += 1
                #expect(message.count == Int(bytes[1]) + 2 && message.count <= bytes.count)
                #expect(message.topic.upperBound <= message.payload.lowerBound)
                #expect(bytes[message.topic].allSatisfy { $0 >= 0x20 && $0 < 0x7F })
            }
        }
        #expect(messages > FuzzPlan.inputsPerSeed / 10, "\(messages)")
    }
}

extension BrokerPacket {
    fileprivate var payload: Range<Int>? { if case .message(let message) = self { message.payload } else { nil } }
}
