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

    private static func write(_ text: String, to descriptor: CInt) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let start = rest.baseAddress, !rest.isEmpty {
                let written = Glibc.write(descriptor, start, rest.count)
                if written < 0 && errno == EINTR { continue }
                guard written > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
            }
        }
    }
}
