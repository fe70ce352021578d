/// Random name of one database, made with it. A client that sees another epoch drops what it cached.
package struct Epoch: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// `nil` unless 1 to 64 characters of `A-Za-z0-9`, which need no quoting anywhere.
    package init?(_ text: String) {
        guard (1...64).contains(text.utf8.count) else { return nil }
        guard text.utf8.allSatisfy({ Self.alphabet.contains($0) }) else { return nil }
        self.text = text
    }

    package var description: String { self.text }

    /// 16 of 62 characters: about 95 bits, so two databases never share one.
    static func random(using generator: inout some RandomNumberGenerator) -> Epoch {
        let bytes = (0..<16).map { _ in Self.alphabet[Int.random(in: 0..<Self.alphabet.count, using: &generator)] }
        return Epoch(unchecked: String(decoding: bytes, as: UTF8.self))
    }

    private init(unchecked text: String) {
        self.text = text
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
}
