import NIOCore

extension ByteBuffer {
    /// The readable bytes as lower-case hexadecimal digits.
    var hex: String {
        self.readableBytesView.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// The bytes of pairs of hexadecimal digits; `nil` for anything else.
    init?(hex: some StringProtocol) {
        let digits = hex.filter { $0 != " " }.compactMap(\.hexDigitValue)
        guard digits.count.isMultiple(of: 2) else { return nil }
        self.init(bytes: stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) })
    }
}
