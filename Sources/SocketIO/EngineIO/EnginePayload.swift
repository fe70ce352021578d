package import NIOCore

/// Incremental reader of a polling body: packets joined by the byte 0x1e (engine.io-protocol v4, "HTTP long-polling").
///
/// Bytes go in as they arrive, in any cut; whole packets come out. The caller bounds the number of bytes before it
/// feeds them (``EngineLimits``); this type buffers at most the packet that is not whole yet.
package struct EnginePayloadDecoder {
    /// The record separator RS between the packets of a body. It never occurs raw inside JSON text.
    package static let separator: UInt8 = 0x1E

    private var partial = ByteBuffer()

    package init() {}

    /// Takes the next bytes of the body and returns the packets that became whole.
    package mutating func append(_ chunk: ByteBuffer) throws(EngineParseError) -> [EnginePacket] {
        var chunk = chunk
        var packets: [EnginePacket] = []
        while let end = chunk.readableBytesView.firstIndex(of: Self.separator) {
            guard let head = chunk.readSlice(length: end - chunk.readerIndex) else { break }
            chunk.moveReaderIndex(forwardBy: 1)
            packets.append(try self.takePacket(endingWith: head))
        }
        if chunk.readableBytes > 0 { self.partial.writeBuffer(&chunk) }
        return packets
    }

    /// The body is complete: returns the last packet.
    package mutating func finish() throws(EngineParseError) -> EnginePacket {
        try self.takePacket(endingWith: ByteBuffer())
    }

    private mutating func takePacket(endingWith tail: ByteBuffer) throws(EngineParseError) -> EnginePacket {
        guard self.partial.readableBytes > 0 else { return try EnginePacket(text: tail, allowsBase64: true) }
        var whole = self.partial
        self.partial = ByteBuffer()
        var tail = tail
        whole.writeBuffer(&tail)
        return try EnginePacket(text: whole, allowsBase64: true)
    }
}
