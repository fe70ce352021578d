/// The words by which programs print numbers that are none.
enum NotFiniteWord {
    /// True when `bytes` begin with `nan` or `inf` in any case (`NaN`, `Infinity`, `-inf`), after an optional sign.
    static func begins(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") { rest.removeFirst() }
        // 0x20 makes ASCII letters lower case; other bytes that it maps onto these letters do not exist.
        let word = rest.prefix(3).map { $0 | 0x20 }
        return word == Array("nan".utf8) || word == Array("inf".utf8)
    }

    /// True when `bytes` are such a word and nothing else: `NaN`, `-inf`, `Infinity`.
    static func isAll(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard self.begins(bytes), bytes.count <= 9 else { return false }
        let word = bytes.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }.map { $0 | 0x20 }
        return ["nan", "inf", "infinity"].contains { word == Array($0.utf8) }
    }
}
