import Foundation

/// A directory that goes away with the value that holds it.
final class TemporaryDirectory: Sendable {
    let root: String

    init() throws {
        self.root = NSTemporaryDirectory() + "ingest-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: self.root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.root) }

    func path(_ name: String) -> String { self.root + "/" + name }
}
