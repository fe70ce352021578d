extension Rule {
    /// Longest line, in characters: two files fit side by side on a wide screen.
    static let lineLengthMax = 120
    /// Longest function, in lines from its `func` to its closing brace: one screen.
    static let functionLinesMax = 70
    /// Longest file under Sources/, in lines. The aim is 350; past 400 it holds two things.
    static let fileLinesMax = 400

    static let lengths: [Rule] = [
        Rule(name: "long line") { file in
            guard file.isSwift || file.isPython else { return [] }
            return file.lines.enumerated().compactMap { index, line in
                guard line.count > lineLengthMax else { return nil }
                let message = "\(line.count) characters; the limit is \(lineLengthMax)"
                return Violation(path: file.path, line: index + 1, message: message)
            }
        },
        Rule(name: "long function") { file in
            guard file.isSwift else { return [] }
            return FunctionSpan.all(in: file).compactMap { function in
                guard function.lineCount > functionLinesMax else { return nil }
                let message = "a function of \(function.lineCount) lines; the limit is \(functionLinesMax)"
                return Violation(path: file.path, line: function.firstLine, message: message)
            }
        },
        Rule(name: "long file") { file in
            guard file.path.hasPrefix("Sources/"), file.lines.count > fileLinesMax else { return [] }
            let message = "a file of \(file.lines.count) lines; the limit is \(fileLinesMax): could it be two?"
            return [Violation(path: file.path, line: fileLinesMax + 1, message: message)]
        },
    ]
}
