import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The directories whose files are served, found or checked.
struct ServedDirectories {
    let dashboard: String?
    let vendor: String?

    /// Throws a ``StartFailure`` if a directory that the user named is not there; says so in the log if one was not
    /// found.
    init(_ configuration: Configuration, logger: Logger) throws(StartFailure) {
        let found = Directories.ofThisProcess()
        self.dashboard = try Self.directory(configuration.publicDirectory) { found.dashboard() }
        self.vendor = try Self.directory(configuration.vendorDirectory) { found.vendor() }
        if let dashboard = self.dashboard {
            logger.debug("dashboard found", metadata: ["directory": "\(dashboard)"])
        } else {
            logger.warning("no dashboard found; name its directory with --public")
        }
        logger.debug(
            "Socket.IO browser client",
            metadata: ["directory": "\(self.vendor ?? "none: the project's own client is served")"]
        )
    }

    private static func directory(
        _ asked: Configuration.Directory,
        find: () -> String?
    ) throws(StartFailure) -> String? {
        switch asked {
        case .found:
            return find()
        case .named(let path, let origin):
            var info = stat()
            let isDirectory = stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
            guard isDirectory, access(path, R_OK | X_OK) == 0 else {
                throw StartFailure("\(origin) is \"\(path)\": it must be a directory that can be read")
            }
            return path
        }
    }
}
