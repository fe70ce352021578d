import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The database as files: where it is, its lock, how it is made and moved aside.
struct DatabaseFile {
    /// Absolute, symbolic links resolved: two names of one file get one lock.
    let path: String

    init(path: String) throws(StoreOpenError) {
        guard !path.isEmpty else { throw StoreOpenError("the database path is empty") }
        let url = URL(fileURLWithPath: path).standardizedFileURL
        let folder = url.deletingLastPathComponent()
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder), isFolder.boolValue else {
            throw StoreOpenError("cannot open the database \(path): \(folder.path) is not an existing directory")
        }
        let resolved = url.resolvingSymlinksInPath().path
        if FileManager.default.fileExists(atPath: resolved, isDirectory: &isFolder), isFolder.boolValue {
            throw StoreOpenError("cannot open the database \(path): it is a directory")
        }
        self.path = resolved
    }

    var lockPath: String { self.path + "-lock" }

    /// Makes an empty file that only its owner may read, unless there is one. SQLite gives `-wal` and `-shm` the
    /// same mode.
    func createIfMissing() throws(StoreOpenError) {
        let descriptor = open(self.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST { return }
            throw StoreOpenError("cannot open the database \(self.path): \(Self.reason(errno))")
        }
        close(descriptor)
        self.syncFolder()
    }

    /// The name of a new file must outlive a power loss like what is in it. A file system that cannot sync a folder
    /// has nothing better to offer.
    private func syncFolder() {
        let folder = URL(fileURLWithPath: self.path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// Renames the database and its `-wal` and `-shm` to `*.corrupt-<time>`; nothing is deleted. SQLite finds the
    /// three together under the new name as well. Returns the new path.
    func moveAside(at time: Timestamp) throws(StoreOpenError) -> String {
        let stamp = time.iso8601.filter { $0 != "-" && $0 != ":" && $0 != "." }
        var target = "\(self.path).corrupt-\(stamp)"
        var attempt = 2
        while FileManager.default.fileExists(atPath: target) {
            target = "\(self.path).corrupt-\(stamp)-\(attempt)"
            attempt += 1
        }
        for suffix in ["-wal", "-shm", ""] {
            guard rename(self.path + suffix, target + suffix) != 0 else { continue }
            let code = errno
            if code == ENOENT, !suffix.isEmpty { continue }
            throw StoreOpenError("cannot move the damaged database \(self.path) aside: \(Self.reason(code))")
        }
        return target
    }

    static func reason(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}
