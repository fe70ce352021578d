extension Rule {
    static let places: [Rule] = [
        Rule(name: "file name that says nothing") { file in
            guard let match = file.name.firstMatch(of: #/Manager|Util|Helper|Common|utils|helper/#) else { return [] }
            let message = "`\(match.0)` says nothing: name the noun that the file is about"
            return [Violation(path: file.path, line: 0, message: message)]
        },
        Rule(name: "telemetry words in SocketIO") { file in
            guard file.isSwift, file.path.hasPrefix("Sources/SocketIO/") else { return [] }
            let words = #/(?i)telemetry|MachineID|machineData|joinRoom|\brpm\b|torque|mqtt|mosquitto|sqlite/#
                .wordBoundaryKind(.simple)
            return file.code.enumerated().compactMap { index, line in
                guard let match = line.firstMatch(of: words) else { return nil }
                let message = "`\(match.0)`: SocketIO is a general library and knows nothing of its user"
                return Violation(path: file.path, line: index + 1, message: message)
            }
        },
    ]

    /// What must never be committed: it is made from other files, or it is somebody else's.
    static func generatedFiles(among paths: [String]) -> [Violation] {
        paths.compactMap { path in
            let folder = #/(?:^|\/)(?:\.build[^\/]*|\.venv|node_modules|__pycache__)\/|^public\/vendor\//#
            let name = #/(?:^|\/)(?:Package\.resolved|socket\.io(?:\.[a-z.]+)?\.js)$/#
            let suffix = #/\.(?:pyc|o|so|sqlite|sqlite-wal|sqlite-shm|map)$/#
            guard path.contains(folder) || path.contains(name) || path.contains(suffix) else { return nil }
            return Violation(path: path, line: 0, message: "generated or fetched: take it out of git")
        }
    }
}
