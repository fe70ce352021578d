import NIOCore
import SocketIO

/// Random JSON values for round trips.
struct RandomValue {
    var random: SeededRandom
    /// Whether binary values may stand in it, and how many are left.
    var binariesLeft = 0

    private static let characters: [Character] = [
        "a", "Z", "0", "\"", "\\", "/", "\n", "\t", "\u{0}", "\u{1F}", "\u{7F}", "é", "€", "😀", "\u{2028}", "\u{1E}",
        " ",
    ]

    mutating func string() -> String {
        let length = Int.random(in: 0...8, using: &self.random)
        return String((0..<length).map { _ in Self.characters.randomElement(using: &self.random) ?? "a" })
    }

    mutating func value(depth: Int) -> SocketValue {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &self.random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &self.random))
        case 2: return .number(Int(truncatingIfNeeded: self.random.next()))
        case 3: return .number(Double.random(in: -1e9...1e9, using: &self.random))
        case 4: return .string(self.string())
        case 5:
            guard self.binariesLeft > 0 else { return .string(self.string()) }
            self.binariesLeft -= 1
            return .binary(self.bytes(lengthMax: 20))
        case 6: return .unpairedString(json: #"a\ud800"#)
        case 7: return .array(self.list(depth: depth - 1))
        default:
            var object = SocketObject()
            for value in self.list(depth: depth - 1) { object[self.string()] = value }
            return .object(object)
        }
    }

    mutating func list(depth: Int) -> [SocketValue] {
        (0..<Int.random(in: 0...4, using: &self.random)).map { _ in self.value(depth: depth) }
    }

    mutating func bytes(lengthMax: Int) -> ByteBuffer {
        let length = Int.random(in: 0...lengthMax, using: &self.random)
        return ByteBuffer(bytes: (0..<length).map { _ in UInt8(truncatingIfNeeded: self.random.next()) })
    }
}
