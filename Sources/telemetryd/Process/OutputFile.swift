#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A file that is there whole or not at all: it gets its name when everything is in it.
struct OutputFile {
    private let descriptor: CInt
    private let path: String

    /// Makes the file with what `body` writes. A file of that name is replaced at the end; if `body` throws, it stays.
    static func write(_ path: String, _ body: (OutputFile) throws -> Void) throws {
        let unfinished = "\(path).unfinished-\(getpid())"
        let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure(path) }
        var isOpen = true
        do {
            try body(OutputFile(descriptor: descriptor, path: path))
            guard fsync(descriptor) == 0 || errno == EINVAL else { throw Self.failure(path) }
            isOpen = false
            guard close(descriptor) == 0, rename(unfinished, path) == 0 else { throw Self.failure(path) }
        } catch {
            if isOpen { close(descriptor) }
            unlink(unfinished)
            throw error
        }
    }

    /// Appends all of it.
    func write(_ bytes: borrowing [UInt8]) throws {
        guard StandardStreams.writeAll(bytes, to: self.descriptor) else { throw Self.failure(self.path) }
    }

    private static func failure(_ path: String) -> StartFailure {
        StartFailure("cannot write \(path): \(String(cString: strerror(errno)))")
    }
}
