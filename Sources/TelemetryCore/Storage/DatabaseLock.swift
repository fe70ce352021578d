#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Keeps a second daemon off the same database: `flock` on a file beside it, held for the life of this object.
///
/// The kernel drops it with the process, however that ends. The file stays: removing it would let two processes lock
/// two files of the same name.
final class DatabaseLock {
    private let descriptor: Int32

    init(_ file: DatabaseFile) throws(StoreOpenError) {
        let descriptor = open(file.lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreOpenError("cannot open the database \(file.path): \(DatabaseFile.reason(errno))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.readHolder(descriptor)
            close(descriptor)
            throw StoreOpenError("the database \(file.path) is in use by another telemetryd\(holder)")
        }
        self.descriptor = descriptor
        Self.writeHolder(descriptor)
    }

    deinit {
        // Unlocked by name and not only by closing: a child that another thread has just forked holds a copy of the
        // descriptor until it execs, and with it the lock.
        flock(self.descriptor, LOCK_UN)
        close(self.descriptor)
    }

    /// For the message only; the lock does not depend on it.
    private static func writeHolder(_ descriptor: Int32) {
        let text = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.count, 0)
    }

    private static func readHolder(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return "" }
        let digits = bytes.prefix(count).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits.isEmpty ? "" : " (process \(String(decoding: digits, as: UTF8.self)))"
    }
}
