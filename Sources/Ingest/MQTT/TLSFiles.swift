import Foundation

/// The files of a TLS connection, all PEM. None: the system's certificate authorities, and no certificate of our own.
package struct TLSFiles: Hashable, Sendable {
    /// Why a file cannot be used; one line for the user.
    package struct Failure: Error, Hashable, CustomStringConvertible {
        /// Which of the three.
        package let file: File
        package let path: String
        /// Without the option's name, with what to do.
        package let description: String
    }

    /// The raw values are the options that name them.
    package enum File: String, Hashable, Sendable {
        case authorities = "--mqtt-ca"
        case certificate = "--mqtt-cert"
        case key = "--mqtt-key"
    }

    /// Certificates of the authorities that may have signed the broker's; in place of the system's.
    package var authorities: String?
    /// Our certificate, with what lies between it and its authority. Needs `key`.
    package var certificate: String?
    /// The key of `certificate`, not encrypted.
    package var key: String?

    package init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
    }

    package var isEmpty: Bool { self == TLSFiles() }

    /// Looks whether the files can be what they must be. What only the handshake shows (expired, another authority's)
    /// is told by the source when it connects.
    package func check() throws(Failure) {
        if let path = self.authorities { try Self.check(.authorities, path, holds: "CERTIFICATE") }
        switch (self.certificate, self.key) {
        case (nil, nil): break
        case (let certificate?, nil):
            throw Failure(file: .certificate, path: certificate, description: "a certificate needs its key: --mqtt-key")
        case (nil, let key?):
            throw Failure(file: .key, path: key, description: "a key needs its certificate: --mqtt-cert")
        case (let certificate?, let key?):
            try Self.check(.certificate, certificate, holds: "CERTIFICATE")
            try Self.check(.key, key, holds: "PRIVATE KEY")
        }
    }

    private static func check(_ file: File, _ path: String, holds kind: String) throws(Failure) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw Failure(file: file, path: path, description: "there is no such file")
        }
        guard !isDirectory.boolValue else { throw Failure(file: file, path: path, description: "it is a directory") }
        let content: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            content = try handle.read(upToCount: Limits.certificateBytesMax + 1) ?? Data()
        } catch {
            throw Failure(file: file, path: path, description: "it cannot be read by this user")
        }
        guard content.count <= Limits.certificateBytesMax else {
            throw Failure(file: file, path: path, description: "more than \(Limits.certificateBytesMax) bytes")
        }
        let text = String(decoding: content, as: UTF8.self)
        let begins = text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("-----BEGIN ") }
        guard begins.contains(where: { $0.contains(kind) }) else {
            throw Failure(file: file, path: path, description: "there is no PEM `-----BEGIN \(kind)-----` in it")
        }
        // OpenSSL would ask for the password on a terminal.
        if file == .key, text.contains("ENCRYPTED") {
            let remedy = "the key is encrypted; decrypt it: openssl pkey -in KEY -out KEY.open"
            throw Failure(file: file, path: path, description: remedy)
        }
    }
}
