/// The lines that one function, initializer, deinitializer or subscript takes up in its file.
struct FunctionSpan {
    /// Counted from 1.
    let firstLine: Int
    let lineCount: Int

    /// Every function with a body in a Swift file, nested ones included.
    static func all(in file: SourceFile) -> [FunctionSpan] {
        // `.init(` is a call; a requirement of a protocol has no body and is left out below.
        let beginning = #/(?:^|[^.\w])(?:func\s|init[?]?[(<]|deinit\b|subscript[(<])/#
        return file.code.enumerated().flatMap { index, line -> [FunctionSpan] in
            guard line.contains("func ") || line.contains("init") || line.contains("subscript") else { return [] }
            return line.matches(of: beginning).compactMap { match in
                lastLine(of: file.code, from: index, column: match.range.upperBound).map {
                    FunctionSpan(firstLine: index + 1, lineCount: $0 - index + 1)
                }
            }
        }
    }

    /// The index of the line with the closing brace of the body, or nil when there is no body.
    private static func lastLine(of code: [Substring], from start: Int, column: Substring.Index) -> Int? {
        // Depth counts from just behind the keyword, which may lie behind an opening parenthesis.
        var parentheses = code[start][..<column].last == "(" ? 1 : 0
        var braces = 0
        for index in start..<code.count {
            let line = index == start ? code[index][column...] : code[index]
            if braces == 0, parentheses == 0, index > start, !continuesSignature(line) { return nil }
            for character in line {
                switch character {
                case "(", "[": parentheses += 1
                case ")", "]": parentheses -= 1
                case "{" where parentheses == 0 || braces > 0: braces += 1
                case "}" where parentheses == 0 || braces > 0:
                    braces -= 1
                    if braces == 0 { return index }
                    if braces < 0 { return nil }
                default: break
                }
            }
        }
        return nil
    }

    /// Whether a line that follows complete parentheses still belongs to the signature before the body.
    private static func continuesSignature(_ line: Substring) -> Bool {
        line.contains(#/^\s*(?:\{|->|async\b|throws\b|rethrows\b|where\b|\)|\w+\s*[:=]=?\s)/#)
    }
}
