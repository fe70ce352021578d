extension ArraySlice<UInt8> {
    /// Without U+FEFF in front.
    func droppingByteOrderMark() -> Self {
        self.starts(with: [0xEF, 0xBB, 0xBF]) ? self.dropFirst(3) : self
    }

    func trimmingJSONWhitespace() -> Self {
        var slice = self.drop(while: \.isJSONWhitespace)
        while slice.last?.isJSONWhitespace == true { slice.removeLast() }
        return slice
    }

    /// The number this text is; nil for anything else. May be infinite when the text overflows.
    var decimalNumber: Double? {
        self.isDecimalNumber ? Double(String(decoding: self, as: UTF8.self)) : nil
    }

    /// `[+-]? digits [. digits] [e [+-] digits]` with at least one digit before the exponent. Keeps what else
    /// `Double.init` takes ("0x1p3", "nan") out.
    private var isDecimalNumber: Bool {
        var rest = self
        func dropDigits() -> Bool {
            let before = rest.count
            rest = rest.drop(while: \.isDigit)
            return rest.count < before
        }
        func dropOne(of first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
            guard let byte = rest.first, byte == UInt8(ascii: first) || byte == UInt8(ascii: second) else {
                return false
            }
            rest.removeFirst()
            return true
        }
        _ = dropOne(of: "+", "-")
        let hasInteger = dropDigits()
        let hasFraction = dropOne(of: ".", ".") && dropDigits()
        guard hasInteger || hasFraction else { return false }
        if dropOne(of: "e", "E") {
            _ = dropOne(of: "+", "-")
            guard dropDigits() else { return false }
        }
        return rest.isEmpty
    }
}
