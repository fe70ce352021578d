/// One place that breaks a rule of the house, printed as `file:line: what is wrong and what to do instead`.
struct Violation: Hashable, CustomStringConvertible {
    /// Path from the root of the repository.
    let path: String
    /// Counted from 1; 0 when the whole file is meant.
    let line: Int
    let message: String

    var description: String { "\(path):\(line): \(message)" }
}
