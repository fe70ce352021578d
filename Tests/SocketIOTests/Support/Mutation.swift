import NIOCore

/// Byte strings near good ones: seeded changes of samples, as a fuzzer makes them.
struct Mutation {
    var random: SeededRandom
    let samples: [[UInt8]]
    /// Bytes that mean something to the reader under test; random ones seldom reach deep.
    let alphabet: [UInt8]

    init(seed: UInt64, samples: [ByteBuffer], alphabet: String = "") {
        self.random = SeededRandom(seed: seed)
        self.samples = samples.map { Array($0.readableBytesView) }
        self.alphabet = Array(alphabet.utf8) + [0x00, 0x1E, 0x1F, 0x7F, 0x80, 0xC3, 0xED, 0xFF]
    }

    /// One sample with one to four changes.
    mutating func next() -> ByteBuffer {
        var bytes = self.samples.randomElement(using: &self.random) ?? []
        for _ in 0...Int.random(in: 0..<4, using: &self.random) { self.change(&bytes) }
        return ByteBuffer(bytes: bytes)
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0...bytes.count, using: &self.random)
        switch Int.random(in: 0..<6, using: &self.random) {
        case 0: bytes.insert(self.alphabet.randomElement(using: &self.random) ?? 0, at: place)
        case 1 where place < bytes.count: bytes.remove(at: place)
        case 2 where place < bytes.count: bytes[place] = self.alphabet.randomElement(using: &self.random) ?? 0
        case 3 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self.random)
        case 4:
            let other = self.samples.randomElement(using: &self.random) ?? []
            bytes.replaceSubrange(place..., with: other.suffix(Int.random(in: 0...other.count, using: &self.random)))
        default: bytes.removeLast(Int.random(in: 0...min(3, bytes.count), using: &self.random))
        }
    }
}
