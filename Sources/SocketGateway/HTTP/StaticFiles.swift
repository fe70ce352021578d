import NIOCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The files below one directory, kept in memory once read.
///
/// Hummingbird's FileMiddleware is not used: its entity tag is made of modification second and size, so two edits
/// within one second look the same; it compares `If-None-Match` as one string; and it follows links out of the
/// directory.
///
/// Any thread but an event loop's: a look-up asks the file system whether the file has changed.
package final class StaticFiles: Sendable {
    /// What tells two versions of a file apart without reading it.
    private struct Version: Hashable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        let seconds: Int64
        let nanoseconds: Int64

        init(_ info: stat) {
            self.device = UInt64(info.st_dev)
            self.inode = UInt64(info.st_ino)
            self.size = Int64(info.st_size)
            self.seconds = Int64(info.st_mtim.tv_sec)
            self.nanoseconds = Int64(info.st_mtim.tv_nsec)
        }
    }

    private struct Cache {
        var files: [String: (version: Version, file: StaticFile)] = [:]
        var bytes = 0
    }

    /// The directory with links resolved, without a slash at its end.
    package let root: String
    private let cache = Mutex(Cache())

    /// Nil if there is no such directory.
    package init?(directory: String) {
        guard let resolved = Self.resolved(directory) else { return nil }
        var info = stat()
        guard stat(resolved, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else { return nil }
        self.root = resolved
    }

    /// The file at this path below the directory; nil if there is none, or it is not a regular file, too large, or a
    /// link that leads out of the directory.
    package func file(at path: RequestPath) -> StaticFile? {
        self.file(named: path.names.joined(separator: "/"))
    }

    /// The file with this name, which must not come from a request unchecked.
    package func file(named name: String) -> StaticFile? {
        guard let path = Self.resolved("\(self.root)/\(name)"), path.hasPrefix(self.root + "/") else { return nil }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
        guard info.st_size <= Limits.staticFileBytesMax else { return nil }
        let version = Version(info)
        if let cached = self.cache.withLock({ $0.files[name] }), cached.version == version { return cached.file }
        guard let bytes = Self.read(descriptor, size: Int(info.st_size)) else { return nil }
        let file = StaticFile(
            content: ByteBuffer(bytes: bytes),
            contentType: ContentType.forFile(named: name),
            entityTag: EntityTag(content: bytes)
        )
        self.remember(file, version: version, name: name)
        return file
    }

    private func remember(_ file: StaticFile, version: Version, name: String) {
        self.cache.withLock { cache in
            let replaced = cache.files[name]?.file.content.readableBytes ?? 0
            let bytes = cache.bytes - replaced + file.content.readableBytes
            guard bytes <= Limits.staticCacheBytesMax else { return }
            cache.files[name] = (version, file)
            cache.bytes = bytes
        }
    }

    private static func read(_ descriptor: CInt, size: Int) -> [UInt8]? {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
                if got < 0 && errno == EINTR { continue }
                guard got > 0 else {
                    failed = got < 0
                    return
                }
                count += got
            }
        }
        return failed ? nil : bytes
    }

    /// The absolute path without links; nil if nothing is there.
    private static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
