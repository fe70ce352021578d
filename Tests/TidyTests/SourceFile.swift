import RegexBuilder

/// One text file of the repository, with the views of it that the rules look at.
struct SourceFile: Sendable {
    /// Path from the root of the repository, with `/` between its parts.
    let path: String
    /// The lines as they stand in the file.
    let lines: [Substring]
    /// The lines with comments and literals of text blanked out, so that a rule sees code and nothing else.
    /// Only Swift files are blanked; in any other file these are the lines as they stand.
    let code: [Substring]
    /// The modules that a Swift file imports, with the line (counted from 1) of each import.
    let imports: [(module: Substring, line: Int)]

    init(path: String, text: String) {
        self.path = path
        self.lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if path.hasSuffix(".swift") {
            var blanker = SwiftCodeBlanker(text)
            self.code = blanker.blanked().split(separator: "\n", omittingEmptySubsequences: false)
            self.imports = Self.imports(in: code)
        } else {
            self.code = lines
            self.imports = []
        }
    }

    private static func imports(in code: [Substring]) -> [(module: Substring, line: Int)] {
        // An access level or an attribute may stand before the keyword, a kind of declaration after it.
        let kind = #/(?:struct|class|enum|protocol|func|var|let|typealias)\s+/#
        let statement = Regex {
            #/^\s*(?:@\w+\s+|\w+\s+)?import\s+/#
            Optionally(kind)
            Capture(#/\w+/#)
        }
        return code.enumerated().compactMap { index, line in
            guard line.contains("import "), let match = line.firstMatch(of: statement) else { return nil }
            return (match.1, index + 1)
        }
    }

    var isSwift: Bool { path.hasSuffix(".swift") }
    var isPython: Bool { path.hasSuffix(".py") }
    var isTest: Bool { path.hasPrefix("Tests/") }

    /// The file's own name, without folders.
    var name: Substring { path.split(separator: "/").last ?? "" }

    /// Whether the line (an index into `lines`) has a comment directly above it; attributes may stand between.
    func hasCommentAbove(_ index: Int) -> Bool {
        var above = index - 1
        while above >= 0 {
            let line = lines[above].drop(while: \.isWhitespace)
            if line.hasPrefix("//") || line.hasSuffix("*/") { return true }
            guard line.hasPrefix("@") else { return false }
            above -= 1
        }
        return false
    }
}
