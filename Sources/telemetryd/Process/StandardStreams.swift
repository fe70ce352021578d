#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Whole lines to the standard streams, each with one `write(2)`, so that lines of several threads do not mix.
package enum StandardStreams {
    /// Appends a line feed and writes to standard output. A reader that is gone does not matter.
    package static func output(_ line: String) {
        Self.write(line + "\n", to: STDOUT_FILENO)
    }

    /// Appends a line feed and writes to standard error.
    package static func error(_ line: String) {
        Self.write(line + "\n", to: STDERR_FILENO)
    }

    /// Whoever read our standard output has closed it.
    struct ReaderIsGone: Error {}

    /// Writes bytes to standard output as they are. Throws ``ReaderIsGone``, or a ``StartFailure`` if they cannot be
    /// written for another reason.
    static func write(_ bytes: borrowing [UInt8]) throws {
        if Self.writeAll(bytes, to: STDOUT_FILENO) { return }
        if errno == EPIPE { throw ReaderIsGone() }
        throw StartFailure("cannot write to standard output: \(String(cString: strerror(errno)))")
    }

    /// False, with `errno`, if not all of it could be written.
    static func writeAll(_ bytes: borrowing [UInt8], to descriptor: CInt) -> Bool {
        bytes.withUnsafeBytes { Self.writeAll($0, to: descriptor) }
    }

    private static func write(_ text: String, to descriptor: CInt) {
        var text = text
        text.withUTF8 { _ = Self.writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
    }

    private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: CInt) -> Bool {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let written = Glibc.write(descriptor, start, rest.count)
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return false }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
        }
        return true
    }
}
