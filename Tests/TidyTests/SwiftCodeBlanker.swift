/// Blanks out comments and string literals of Swift source. Every line stays where it was, every column of ASCII too.
///
/// It knows nested block comments, raw strings (`#"…"#`), multi-line strings, interpolations and regex literals in
/// their fenced form (`#/…/#`), and no more of the language than that. It works on bytes: the tests are built without
/// optimisation, and there `Character` makes this the slowest of all of them.
struct SwiftCodeBlanker {
    private let input: [UInt8]
    private var output: [UInt8] = []
    private var position = 0

    private static let newline = UInt8(ascii: "\n")
    private static let quote = UInt8(ascii: "\"")
    private static let pound = UInt8(ascii: "#")
    private static let slash = UInt8(ascii: "/")
    private static let star = UInt8(ascii: "*")
    private static let backslash = UInt8(ascii: "\\")
    private static let open = UInt8(ascii: "(")
    private static let close = UInt8(ascii: ")")

    init(_ text: String) {
        self.input = Array(text.utf8)
    }

    mutating func blanked() -> String {
        output.reserveCapacity(input.count)
        while position < input.count {
            copyCode()
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Passes one byte of code on, or blanks one comment or literal.
    private mutating func copyCode() {
        let byte = input[position]
        if byte == Self.slash, next(1) == Self.slash {
            while position < input.count, input[position] != Self.newline { blank() }
        } else if byte == Self.slash, next(1) == Self.star {
            blankBlockComment()
        } else if byte == Self.pound, next(1) == Self.slash {
            blankRegex()
        } else if let pounds = poundsBeforeQuote() {
            blankString(pounds: pounds)
        } else {
            output.append(byte)
            position += 1
        }
    }

    private func next(_ distance: Int) -> UInt8? {
        let index = position + distance
        return index < input.count ? input[index] : nil
    }

    /// Whether the same byte stands at `count` places from `distance` on.
    private func sees(_ byte: UInt8, times count: Int, at distance: Int = 0) -> Bool {
        for offset in 0..<count where next(distance + offset) != byte { return false }
        return true
    }

    /// The number of `#` before a quotation mark at this place, or nil when no string starts here.
    private func poundsBeforeQuote() -> Int? {
        var pounds = 0
        while next(pounds) == Self.pound { pounds += 1 }
        return next(pounds) == Self.quote ? pounds : nil
    }

    private mutating func blank(_ count: Int = 1) {
        for _ in 0..<count where position < input.count {
            output.append(input[position] == Self.newline ? Self.newline : UInt8(ascii: " "))
            position += 1
        }
    }

    private mutating func blankRegex() {
        blank(2)
        while position < input.count, !(input[position] == Self.slash && next(1) == Self.pound) { blank() }
        blank(2)
    }

    private mutating func blankBlockComment() {
        var depth = 0
        repeat {
            if input[position] == Self.slash, next(1) == Self.star {
                depth += 1
                blank(2)
            } else if input[position] == Self.star, next(1) == Self.slash {
                depth -= 1
                blank(2)
            } else {
                blank()
            }
        } while depth > 0 && position < input.count
    }

    private mutating func blankString(pounds: Int) {
        blank(pounds)
        let quotes = sees(Self.quote, times: 3) ? 3 : 1
        blank(quotes)
        while position < input.count {
            let byte = input[position]
            if byte == Self.quote, sees(Self.quote, times: quotes), sees(Self.pound, times: pounds, at: quotes) {
                blank(quotes + pounds)
                return
            }
            if byte == Self.backslash, sees(Self.pound, times: pounds, at: 1) {
                let isInterpolation = next(1 + pounds) == Self.open
                blank(2 + pounds)
                if isInterpolation { blankInterpolation() }
            } else if byte == Self.newline, quotes == 1 {
                // Not a string after all, or broken source: the rest of the file must not be lost to the rules.
                return
            } else {
                blank()
            }
        }
    }

    /// Blanks up to the `)` that closes an interpolation, strings within it included.
    private mutating func blankInterpolation() {
        var depth = 1
        while position < input.count, depth > 0 {
            if let pounds = poundsBeforeQuote() {
                blankString(pounds: pounds)
                continue
            }
            if input[position] == Self.open { depth += 1 }
            if input[position] == Self.close { depth -= 1 }
            blank()
        }
    }
}
