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
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: count))
        let got = bytes.withUnsafeMutableBytes { buffer in
            var result: Int
            repeat {
                result = pread(self.descriptor, buffer.baseAddress.map { $0 + start }, count, off_t(offset))
            } while result < 0 && errno == EINTR
            return result
        }
        let code = errno
        bytes.removeLast(count - max(0, got))
        if got < 0 { throw ReplayFailure(Self.reason(code)) }
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
