import NIOCore

extension ByteBuffer {
    /// The same bytes in pieces of one byte each.
    var singleBytes: [ByteBuffer] { self.readableBytesView.map { ByteBuffer(bytes: [$0]) } }

    /// The same bytes in pieces of random lengths from 1 to `lengthMax`.
    func cut(_ random: inout SeededRandom, lengthMax: Int) -> [ByteBuffer] {
        var rest = self
        var pieces: [ByteBuffer] = []
        while rest.readableBytes > 0 {
            let length = Int.random(in: 1...lengthMax, using: &random)
            if let piece = rest.readSlice(length: min(length, rest.readableBytes)) { pieces.append(piece) }
        }
        return pieces
    }
}
