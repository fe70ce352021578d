import Foundation

/// The files of this repository that the rules are about.
struct SourceTree: Sendable {
    let files: [SourceFile]

    /// Read and taken apart once for all rules.
    static let whole = Result { try load() }

    /// The root of the repository, found from the place of this very file.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Everything under Sources/ and Tests/ that is written by hand, in the order of the paths.
    private static func load() throws -> SourceTree {
        let wanted = ["swift", "py", "h", "modulemap", "js", "mjs"]
        var files: [SourceFile] = []
        for folder in ["Sources", "Tests"] {
            let start = root.appending(path: folder).resolvingSymlinksInPath()
            guard let walk = FileManager.default.enumerator(atPath: start.path()) else { continue }
            for case let path as String in walk where wanted.contains((path as NSString).pathExtension) {
                // What protoc wrote is in nobody's hand (Sources/Ingest/Sparkplug/Generated/README.md).
                if path.hasSuffix(".pb.swift") { continue }
                let text = try String(contentsOf: start.appending(path: path), encoding: .utf8)
                files.append(SourceFile(path: "\(folder)/\(path)", text: text))
            }
        }
        return SourceTree(files: files.sorted { $0.path < $1.path })
    }

    /// The paths that git keeps, or nil where this is no git checkout (a source archive, for example).
    static func committedPaths() throws -> [String]? {
        let git = Process()
        git.executableURL = URL(filePath: "/usr/bin/env")
        git.arguments = ["git", "-C", root.path(), "ls-files", "-z"]
        let output = Pipe()
        git.standardOutput = output
        git.standardError = FileHandle.nullDevice
        try git.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        git.waitUntilExit()
        guard git.terminationStatus == 0 else { return nil }
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}
