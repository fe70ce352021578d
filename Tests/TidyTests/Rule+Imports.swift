extension Rule {
    /// Which of our own targets each target may import. The arrows of ARCHITECTURE.md, and nothing else.
    static let arrows: [String: Set<Substring>] = [
        "TelemetryCore": [],
        "Ingest": ["TelemetryCore", "CMosquitto"],
        "SocketIO": [],
        "SocketGateway": ["TelemetryCore", "SocketIO"],
        "telemetryd": ["TelemetryCore", "Ingest", "SocketGateway"],
    ]

    /// The libraries that only one target knows, whatever the manifest would allow.
    private static let keepers: [(pattern: String, targets: Set<String>)] = [
        ("CMosquitto", ["Ingest"]),
        ("GRDB", ["TelemetryCore"]),
        ("Hummingbird", ["SocketGateway"]),
        ("ArgumentParser", ["telemetryd"]),
        ("Configuration", ["telemetryd"]),
        ("Yams", ["telemetryd"]),
        ("NIO", ["SocketIO", "SocketGateway", "telemetryd"]),
    ]

    static let imports: [Rule] = [
        Rule(name: "arrows between targets") { file in
            guard let target = target(of: file), let allowed = arrows[target] else { return [] }
            let ours = Set(arrows.keys.map { Substring($0) }).union(["CMosquitto"])
            return violations(in: file) { module in
                guard ours.contains(module), !allowed.contains(module), module != target else { return nil }
                return "\(target) may not import \(module): the arrows point one way (ARCHITECTURE.md)"
            }
        },
        Rule(name: "libraries kept by one target") { file in
            guard let target = target(of: file), arrows[target] != nil else { return [] }
            return violations(in: file) { module in
                for keeper in keepers where module.hasPrefix(keeper.pattern) && !keeper.targets.contains(target) {
                    return "\(target) may not import \(module): that is the business of "
                        + keeper.targets.sorted().joined(separator: ", ")
                }
                return nil
            }
        },
        Rule(name: "pure protocol core") { file in
            let pure = ["Sources/SocketIO/JSON/", "Sources/SocketIO/EngineIO/", "Sources/SocketIO/Protocol/"]
            guard pure.contains(where: file.path.hasPrefix) else { return [] }
            return violations(in: file) { module in
                guard module != "NIOCore" else { return nil }
                return "codecs and state machines are values without I/O: NIOCore is all they may import, not \(module)"
            }
        },
    ]

    /// The target a file under Sources/ belongs to.
    private static func target(of file: SourceFile) -> String? {
        let parts = file.path.split(separator: "/")
        guard parts.count > 2, parts[0] == "Sources" else { return nil }
        return String(parts[1])
    }

    private static func violations(in file: SourceFile, _ complaint: (Substring) -> String?) -> [Violation] {
        guard file.isSwift else { return [] }
        return file.imports.compactMap { module, line in
            complaint(module).map { Violation(path: file.path, line: line, message: $0) }
        }
    }
}
