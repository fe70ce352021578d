/// SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", 2014): the same seed
/// gives the same numbers on every machine and in every version.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        self.state = seed
    }

    /// A stream of its own for each name under one seed (FNV-1a over the name).
    package init(seed: UInt64, name: String) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        self.init(seed: seed ^ hash)
    }

    package mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Uniform in the range, from 53 bits; spelled out because the standard library may change its own way.
    package mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        let unit = Double(self.next() >> 11) * 0x1p-53
        return range.lowerBound + unit * (range.upperBound - range.lowerBound)
    }

    /// Bell-shaped around 0 with standard deviation 1, never beyond ±6: the sum of twelve uniform numbers. No
    /// logarithm, so no difference between C libraries.
    package mutating func noise() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += self.uniform(0...1) }
        return sum
    }
}
