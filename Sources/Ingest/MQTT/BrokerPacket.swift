/// What the bytes from the broker begin with, as far as we read it ourselves (MQTT 3.1.1 and 5, sections 2.1 and 3.3):
/// a plain PUBLISH. Everything else is libmosquitto's, and so is what is in any way odd: it knows what to do about it.
enum BrokerPacket: Equatable {
    case message(Message)
    /// So many bytes for libmosquitto; `.max`: from here on all.
    case other(count: Int, isMessage: Bool)
    /// Not all of it is there.
    case incomplete

    /// Places count from the packet's first byte.
    struct Message: Equatable {
        /// Printable ASCII, not empty.
        let topic: Range<Int>
        let payload: Range<Int>
        /// Of QoS 1; 0: QoS 0, nobody waits for an acknowledgement.
        let identifier: UInt16
        let isRedelivered: Bool
        let isRetained: Bool

        /// Bytes of the packet.
        var count: Int { self.payload.upperBound }
    }

    /// - Parameter countMax: a longer PUBLISH is left to libmosquitto.
    init(_ bytes: UnsafeRawBufferPointer, version: MQTTVersion, countMax: Int) {
        guard let first = bytes.first else {
            self = .incomplete
            return
        }
        var index = 1
        guard let length = Self.variableInteger(bytes, &index) else {
            // Four bytes at most: a fifth is a mistake of the broker's.
            self = bytes.count < 5 ? .incomplete : .other(count: .max, isMessage: false)
            return
        }
        let (isMessage, qos, count) = (first >> 4 == 3, first >> 1 & 3, index + length)
        guard isMessage, qos < 2, count <= countMax else {
            self = .other(count: count, isMessage: isMessage)
            return
        }
        guard bytes.count >= count else {
            self = .incomplete
            return
        }
        let packet = UnsafeRawBufferPointer(rebasing: bytes[..<count])
        let message = Self.message(packet, from: index, isAwaiting: qos == 1, version)
        self = message.map(BrokerPacket.message) ?? .other(count: count, isMessage: true)
    }

    /// `nil`: it is in some way odd. `packet`: all of it.
    private static func message(
        _ packet: UnsafeRawBufferPointer, from start: Int, isAwaiting: Bool, _ version: MQTTVersion
    ) -> Message? {
        guard start + 2 <= packet.count else { return nil }
        let topic = start + 2..<start + 2 + (Int(packet[start]) << 8 | Int(packet[start + 1]))
        guard !topic.isEmpty, topic.upperBound <= packet.count else { return nil }
        guard packet[topic].allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return nil }
        var index = topic.upperBound
        var identifier: UInt16 = 0
        if isAwaiting {
            guard index + 2 <= packet.count else { return nil }
            identifier = UInt16(packet[index]) << 8 | UInt16(packet[index + 1])
            guard identifier != 0 else { return nil }
            index += 2
        }
        if version == .v5 {
            // None of the properties is of use to us; an alias in place of the topic is not, as we allow none.
            guard let length = Self.variableInteger(packet, &index), index + length <= packet.count else { return nil }
            index += length
        }
        return Message(
            topic: topic,
            payload: index..<packet.count,
            identifier: identifier,
            isRedelivered: isAwaiting && packet[0] & 0x08 != 0,
            isRetained: packet[0] & 0x01 != 0
        )
    }

    /// Section 1.5.5 of MQTT 5: seven bits a byte, at most four bytes. Moves `index` behind it.
    private static func variableInteger(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) -> Int? {
        var number = 0
        for place in 0..<4 {
            guard index < bytes.count else { return nil }
            let byte = bytes[index]
            index += 1
            number |= Int(byte & 0x7F) << (7 * place)
            if byte < 0x80 { return number }
        }
        return nil
    }
}
