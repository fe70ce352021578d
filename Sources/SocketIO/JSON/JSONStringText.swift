/// What stands between the quotes of a JSON string.
enum JSONStringText {
    /// The string a checked text stands for; `nil` if it has a lone surrogate.
    static func unescape(_ text: ArraySlice<UInt8>) -> String? {
        var hasUnpaired = false
        let string = self.decode(text, hasUnpaired: &hasUnpaired)
        return hasUnpaired ? nil : string
    }

    /// The string a checked text stands for, each lone surrogate as U+FFFD.
    static func replacingUnpaired(_ json: String) -> String {
        var hasUnpaired = false
        return self.decode(ArraySlice(json.utf8), hasUnpaired: &hasUnpaired)
    }

    static func hexValue(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    private static func decode(_ text: ArraySlice<UInt8>, hasUnpaired: inout Bool) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                out.append(byte)
                continue
            }
            let kind = text[index]
            index += 1
            switch kind {
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0C)
            case UInt8(ascii: "n"): out.append(0x0A)
            case UInt8(ascii: "r"): out.append(0x0D)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "u"):
                let unit = self.codeUnit(in: text, at: &index)
                out.append(contentsOf: self.scalar(startingWith: unit, in: text, at: &index, &hasUnpaired).utf8)
            default: out.append(kind)  // quote, backslash, slash stand for themselves
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func codeUnit(in text: ArraySlice<UInt8>, at index: inout Int) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            unit = unit << 4 | (self.hexValue(text[index]) ?? 0)
            index += 1
        }
        return unit
    }

    private static func scalar(
        startingWith unit: UInt16, in text: ArraySlice<UInt8>, at index: inout Int, _ hasUnpaired: inout Bool
    ) -> String {
        if let scalar = Unicode.Scalar(unit) { return String(scalar) }
        let isHigh = unit < 0xDC00
        if isHigh, text[index...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) {
            var ahead = index + 2
            let low = self.codeUnit(in: text, at: &ahead)
            if (0xDC00...0xDFFF).contains(low) {
                index = ahead
                let value = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
                if let scalar = Unicode.Scalar(value) { return String(scalar) }
            }
        }
        hasUnpaired = true
        return "\u{FFFD}"
    }
}
