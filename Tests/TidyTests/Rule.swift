/// A rule of the house that a program can check, file by file.
struct Rule: Sendable, CustomStringConvertible {
    let name: String
    let check: @Sendable (SourceFile) -> [Violation]

    var description: String { name }

    /// Every rule. A new one also gets its line in `RuleTests.offenders`, which proves that it catches something.
    static let all: [Rule] = bans + lengths + places + imports
}
