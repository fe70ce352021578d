extension Rule {
    static let bans: [Rule] = [
        ban("forced try", hint: "try!", #/\btry!/#, "`try!` traps: throw, or handle the error"),
        ban(
            "fatal error", hint: "fatalError", #/\bfatalError\b/#,
            "`fatalError` ends the daemon for everybody: throw a typed error"),
        ban(
            "detached task", hint: "detached", #/\bTask\s*\.\s*detached\b/#,
            "`Task.detached` escapes the shutdown: use a task group"),
        ban(
            "print",
            hint: "rint(",
            #/(?:^|[^.\w])(?:debugPrint|print)\(/#,
            "`print` is for the commands alone: log static text with metadata",
            // The executable's commands are there to write to standard output; a printed word is their product.
            where: {
                $0.isSwift && !$0.path.hasPrefix("Sources/telemetryd/")
                    && !$0.path.hasPrefix("Tests/ConformanceServer/")
            }
        ),
        ban(
            "sleep in a Swift test",
            hint: "sleep",
            // The last part asks for what stands before: a clock's own `func sleep(until:)` is no sleep.
            #/\b(?:Task|Thread|\w*Clock\(\))\s*\.\s*sleep\b|(?:^|[^.\w\s]|\bawait\b)\s*(?:u|nano)?sleep\(/#,
            "tests do not sleep: await the event, or advance a clock of your own",
            where: { $0.isSwift && $0.isTest }
        ),
        ban(
            "sleep in a Python test",
            hint: "",
            #/\bsleep\(|\bwait_for_timeout\(|\bimport\s+sleep\b/#,
            "tests do not sleep: wait for the condition, with a deadline",
            where: { $0.isPython && $0.isTest }
        ),
        Rule(name: "unchecked concurrency without a reason") { file in
            guard file.isSwift else { return [] }
            let promise = #/@unchecked\s+Sendable|nonisolated\(unsafe\)|@preconcurrency/#
            return file.code.enumerated().compactMap { index, line in
                guard line.contains("un") || line.contains("@p"), let match = line.firstMatch(of: promise),
                    !file.hasCommentAbove(index)
                else { return nil }
                return Violation(
                    path: file.path,
                    line: index + 1,
                    message: "`\(match.0)` needs a comment directly above that names what guards it"
                )
            }
        },
    ]

    /// A rule against a pattern in code (never in comments or string literals). Only lines with the `hint` in them are
    /// looked at closely: a regex costs a hundred times as much, and most lines are innocent.
    private static func ban(
        _ name: String,
        hint: String,
        _ pattern: Regex<Substring>,
        _ message: String,
        where applies: @escaping @Sendable (SourceFile) -> Bool = { $0.isSwift }
    ) -> Rule {
        // Simple boundaries: by the Unicode ones there is none in the middle of `time.sleep`.
        // Regex is not Sendable; this one is only ever read.
        nonisolated(unsafe) let pattern = pattern.wordBoundaryKind(.simple)
        return Rule(name: name) { file in
            guard applies(file) else { return [] }
            return file.code.enumerated().compactMap { index, line in
                guard hint.isEmpty || line.contains(hint), line.contains(pattern) else { return nil }
                return Violation(path: file.path, line: index + 1, message: message)
            }
        }
    }
}
