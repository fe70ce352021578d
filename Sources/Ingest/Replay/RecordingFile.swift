import Glibc

/// A regular file that is open for reading. Any thread: every read says where.
final class RecordingFile: Sendable {
    private let descriptor: Int32

    init(path: String) throws(ReplayFailure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ReplayFailure(Self.reason(errno)) }
        self.descriptor = descriptor
        var information = stat()
        guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            // `deinit` closes it: all properties are set.
            throw ReplayFailure("it is no regular file")
        }
    }

    deinit { close(self.descriptor) }

    /// Appends up to `count` bytes from `offset` on; none only at the end of the file. Blocks.
    func append(_ count: Int, at offset: Int, to bytes: inout [UInt8]) throws(ReplayFailure) {
        var code: Int32 = 0
        let read = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            var result: Int
            repeat {
                result = pread(self.descriptor, buffer.baseAddress, count, off_t(offset))
            } while result < 0 && errno == EINTR
            code = result < 0 ? errno : 0
            initializedCount = max(0, result)
        }
        guard code == 0 else { throw ReplayFailure(Self.reason(code)) }
        bytes.append(contentsOf: read)
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
