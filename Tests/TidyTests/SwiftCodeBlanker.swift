/// Blanks out comments and string literals of Swift source, keeping every line and column where it was.
///
/// It knows nested block comments, raw strings (`#"…"#`), multi-line strings, interpolations and regex literals in
/// their fenced form (`#/…/#`), and no more of the language than that.
struct SwiftCodeBlanker {
    private let input: [Character]
    private var output: [Character] = []
    private var position = 0

    init(_ text: String) {
        self.input = Array(text)
    }

    mutating func blanked() -> String {
        output.reserveCapacity(input.count)
        while position < input.count {
            copyCode()
        }
        return String(output)
    }

    /// Passes one token of code on, or blanks one comment or literal.
    private mutating func copyCode() {
        if sees("//") {
            while position < input.count, !input[position].isNewline { blank() }
        } else if sees("/*") {
            blankBlockComment()
        } else if sees("#/") {
            blank(2)
            while position < input.count, !sees("/#") { blank() }
            blank(2)
        } else if let pounds = poundsBeforeQuote() {
            blankString(pounds: pounds)
        } else {
            output.append(input[position])
            position += 1
        }
    }

    private func sees(_ text: String) -> Bool {
        input[position...].starts(with: text)
    }

    /// The number of `#` before a quotation mark at this place, or nil when no string starts here.
    private func poundsBeforeQuote() -> Int? {
        let pounds = input[position...].prefix { $0 == "#" }.count
        let quote = position + pounds
        return quote < input.count && input[quote] == "\"" ? pounds : nil
    }

    private mutating func blank(_ count: Int = 1) {
        for _ in 0..<count where position < input.count {
            output.append(input[position].isNewline ? input[position] : " ")
            position += 1
        }
    }

    private mutating func blankBlockComment() {
        var depth = 0
        repeat {
            if sees("/*") {
                depth += 1
                blank(2)
            } else if sees("*/") {
                depth -= 1
                blank(2)
            } else {
                blank()
            }
        } while depth > 0 && position < input.count
    }

    private mutating func blankString(pounds: Int) {
        let fence = String(repeating: "#", count: pounds)
        blank(pounds)
        let isMultiline = sees("\"\"\"")
        let quotes = isMultiline ? "\"\"\"" : "\""
        blank(quotes.count)
        while position < input.count {
            if sees(quotes + fence) {
                blank(quotes.count + pounds)
                return
            }
            if sees("\\" + fence + "(") {
                blank(2 + pounds)
                blankInterpolation()
            } else if sees("\\" + fence) {
                blank(2 + pounds)
            } else if input[position].isNewline, !isMultiline {
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
            if input[position] == "(" { depth += 1 }
            if input[position] == ")" { depth -= 1 }
            blank()
        }
    }
}
