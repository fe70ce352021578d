import Foundation

/// A password from a file, so that it stands neither in a list of processes nor in a configuration that people copy.
package struct SecretFile: Hashable, Sendable {
    /// Why the file cannot be used; one line for the user, without the secret.
    package struct Failure: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// The file's one line, without its line end.
    package let text: String
    /// Everybody on this computer may read it: worth a warning.
    package let isOpenToAll: Bool

    /// Reads the file. Throws a line that names the file and what is wrong: not there, not readable, empty, more than
    /// one line, more than `Limits.secretBytesMax` bytes, not UTF-8, or a NUL in it (which would cut a C string).
    package init(path: String) throws(Failure) {
        let data = try Self.read(path)
        guard data.count <= Limits.secretBytesMax else {
            throw Failure(
                description: "\(path) has more than \(Limits.secretBytesMax) bytes; a password file has one line")
        }
        var bytes = Array(data)
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty else {
            throw Failure(description: "\(path) is empty; it must hold the password in one line")
        }
        guard !bytes.contains(UInt8(ascii: "\n")), !bytes.contains(0) else {
            throw Failure(description: "\(path) has more than one line; it must hold the password and nothing else")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(description: "\(path) is not UTF-8 text")
        }
        self.text = text
        let mode = (try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]) as? Int
        self.isOpenToAll = (mode ?? 0) & 0o004 != 0
    }

    private static func read(_ path: String) throws(Failure) -> Data {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw Failure(description: "\(path) does not exist")
        }
        guard !isDirectory.boolValue else { throw Failure(description: "\(path) is a directory, not a file") }
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            return try file.read(upToCount: Limits.secretBytesMax + 1) ?? Data()
        } catch {
            throw Failure(description: "\(path) cannot be read by this user")
        }
    }
}
