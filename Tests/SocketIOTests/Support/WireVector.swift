import Foundation
import Testing

/// One line of a file under `Vectors/`: `id | wire | meaning`.
struct WireVector: Sendable, CustomTestStringConvertible {
    /// What the line is about; its first part says which reader it is for.
    let id: String
    let wire: String
    let meaning: String
    /// Whether writing the meaning gives exactly the wire form. The id of a form that is only read ends in `~`.
    let isCanonical: Bool

    /// What the reader must say, if it must refuse: the name of the error.
    var rejection: String? { self.meaning.hasPrefix("reject ") ? String(self.meaning.dropFirst(7)) : nil }

    var testDescription: String { self.id }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Vectors")

    /// The lines of a file whose ids begin with `prefix`.
    static func load(_ file: String, prefix: String = "") throws -> [WireVector] {
        let text = try String(contentsOf: self.folder.appending(path: file), encoding: .utf8)
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
            let fields = line.components(separatedBy: " | ")
            guard fields.count == 3, let id = fields.first, id.hasPrefix(prefix) else { return nil }
            return WireVector(
                id: id, wire: fields[1].replacing("<RS>", with: "\u{1E}"), meaning: fields[2],
                isCanonical: !id.hasSuffix("~"))
        }
    }

    /// How many lines of a file are neither comments nor vectors; must be none.
    static func strayLines(_ file: String) throws -> [String] {
        let text = try String(contentsOf: self.folder.appending(path: file), encoding: .utf8)
        return text.split(separator: "\n").map(String.init).filter {
            !$0.hasPrefix("#") && $0.components(separatedBy: " | ").count != 3
        }
    }
}
