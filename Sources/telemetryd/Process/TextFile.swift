#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Small files that people write: configuration, passwords.
package enum TextFile {
    /// The text of the file. Throws a ``StartFailure`` that names it, if it cannot be read, is larger than `bytesMax`
    /// or is not UTF-8.
    static func read(_ path: String, bytesMax: Int) throws(StartFailure) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        let chunk = 64 * 1024
        while true {
            let old = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: chunk))
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[old...]).baseAddress, chunk)
            }
            bytes.removeLast(chunk - max(0, count))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure(path) }
            if count == 0 { break }
            guard bytes.count <= bytesMax else {
                throw StartFailure("\(path) is larger than \(bytesMax) bytes; is it the right file?")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw StartFailure("\(path) is not text in UTF-8")
        }
        return text
    }

    private static func failure(_ path: String) -> StartFailure {
        StartFailure("\(path) cannot be read: \(String(cString: strerror(errno)))")
    }
}
