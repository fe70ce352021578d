import Testing

/// The layers inside the Socket.IO library are folders, which the compiler does not keep apart.
@Suite struct FolderOrderTests {
    /// What each folder of Sources/SocketIO may know of the others (ARCHITECTURE.md, landing page of the library).
    private static let mayKnow: [Substring: Set<Substring>] = [
        "JSON": [],
        "EngineIO": ["JSON"],
        "Protocol": ["JSON"],
        "Transport": ["JSON", "EngineIO", "Protocol"],
        "Server": ["JSON", "EngineIO", "Protocol", "Transport"],
        "Codable": ["JSON", "EngineIO", "Protocol", "Transport", "Server"],
    ]

    private static func folder(_ file: SourceFile) -> Substring? {
        let parts = file.path.split(separator: "/")
        return parts.count == 4 && parts[0] == "Sources" && parts[1] == "SocketIO" ? parts[2] : nil
    }

    /// The types that a file declares at its outermost level, with their folders.
    private static func declarations(in files: [SourceFile]) -> [Substring: Substring] {
        var folders: [Substring: Substring] = [:]
        for file in files {
            guard let folder = self.folder(file) else { continue }
            for line in file.code where line.first?.isLowercase == true {
                if let match = line.firstMatch(of: #/\b(?:struct|class|enum|protocol|actor) ([A-Z]\w*)/#),
                    !line.hasPrefix("extension"), !line.hasPrefix("private")
                {
                    folders[match.1] = folder
                }
            }
        }
        return folders
    }

    private static func violations(in files: [SourceFile]) -> [Violation] {
        let homes = self.declarations(in: files)
        return files.flatMap { file -> [Violation] in
            guard let folder = self.folder(file), let allowed = self.mayKnow[folder] else { return [] }
            return file.code.enumerated().flatMap { index, line in
                line.matches(of: #/\b[A-Z]\w*/#).compactMap { match in
                    guard let home = homes[match.0], home != folder, !allowed.contains(home) else { return nil }
                    return Violation(
                        path: file.path, line: index + 1, message: "\(folder)/ may not know \(match.0) of \(home)/")
                }
            }
        }
    }

    @Test func lowerFoldersDoNotKnowHigherOnes() throws {
        let files = try SourceTree.whole.get().files
        let homes = Self.declarations(in: files)
        #expect(Set(homes.values) == Set(Self.mayKnow.keys), "a folder is missing, here or there")
        #expect(homes["JSONReader"] == "JSON" && homes["Namespace"] == "Server")
        for violation in Self.violations(in: files) { Issue.record("\(violation)") }
    }

    @Test func aStepUpIsFound() {
        let files = [
            SourceFile(path: "Sources/SocketIO/Server/A.swift", text: "public final class A {}"),
            SourceFile(path: "Sources/SocketIO/JSON/B.swift", text: "struct B {\n    let a: A  // A\n}"),
            SourceFile(path: "Sources/SocketIO/Server/C.swift", text: "struct C { let b: B }"),
        ]
        let found = Self.violations(in: files)
        #expect(found.map(\.line) == [2] && found.map(\.path) == ["Sources/SocketIO/JSON/B.swift"])
    }
}
