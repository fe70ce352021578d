import Testing

/// The rules of style that a program can check, over all of Sources/ and Tests/. A violation names its file and line.
@Suite struct TidyTests {
    @Test("The tree obeys", arguments: Rule.all)
    func treeObeys(_ rule: Rule) throws {
        for violation in try SourceTree.whole.get().files.flatMap(rule.check) {
            Issue.record("\(violation)")
        }
    }

    @Test func theTreeIsFound() throws {
        // Without this, a wrong root would let every rule pass over nothing.
        let paths = try SourceTree.whole.get().files.map(\.path)
        #expect(paths.contains("Tests/TidyTests/TidyTests.swift"))
        #expect(paths.contains { $0.hasPrefix("Sources/telemetryd/") })
    }

    @Test func nothingGeneratedIsCommitted() throws {
        guard let paths = try SourceTree.committedPaths() else { return }
        #expect(!paths.isEmpty)
        for violation in Rule.generatedFiles(among: paths) {
            Issue.record("\(violation)")
        }
    }
}
