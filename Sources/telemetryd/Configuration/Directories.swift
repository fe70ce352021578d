#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Finds the directories that come with the program.
package struct Directories: Sendable {
    /// The executable's real path, and where the process was started.
    package let executable: String
    package let current: String

    /// Looks from these two places.
    package init(executable: String, current: String) {
        self.executable = executable
        self.current = current
    }

    /// From where this process runs.
    package static func ofThisProcess() -> Directories {
        let executable = realpath("/proc/self/exe", nil)
        defer { free(executable) }
        let current = getcwd(nil, 0)
        defer { free(current) }
        return Directories(
            executable: executable.map { String(cString: $0) } ?? "/",
            current: current.map { String(cString: $0) } ?? "/"
        )
    }

    /// The dashboard: beside the executable, as a distribution installs it, or in the package that the executable or
    /// the current directory is in.
    package func dashboard() -> String? {
        self.find("public", marker: "index.html", inPackage: "public")
    }

    /// The official Socket.IO browser client.
    package func vendor() -> String? {
        self.find("vendor/socket.io", marker: "socket.io.min.js", inPackage: ".build/vendor/socket.io")
    }

    private func find(_ name: String, marker: String, inPackage: String) -> String? {
        let home = Self.parent(of: self.executable)
        var candidates = ["\(home)/\(name)", "\(home)/../share/telemetryd/\(name)"]
        for start in [home, self.current] {
            if let package = Self.package(around: start) { candidates.append("\(package)/\(inPackage)") }
        }
        return candidates.first { access("\($0)/\(marker)", R_OK) == 0 }
    }

    /// The nearest directory at or above `start` that holds this package.
    private static func package(around start: String) -> String? {
        var place = start
        while true {
            let prefix = place == "/" ? "" : place
            if access("\(prefix)/Package.swift", R_OK) == 0, access("\(prefix)/public", R_OK) == 0 { return place }
            guard place != "/", place != "" else { return nil }
            place = Self.parent(of: place)
        }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }
}
