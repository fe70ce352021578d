import Foundation

/// Certificates made with the `openssl` command: authorities, and what they signed. Files `NAME.crt`, `NAME.key`.
struct TestCertificates {
    private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    private let directory: TemporaryDirectory

    init(in directory: TemporaryDirectory) { self.directory = directory }

    func certificate(_ name: String) -> String { self.directory.path(name + ".crt") }

    func key(_ name: String) -> String { self.directory.path(name + ".key") }

    /// An authority of its own.
    func makeAuthority(_ name: String) async throws {
        try await self.openssl(
            ["req", "-x509"] + Self.newKey
                + ["-keyout", self.key(name), "-subj", "/CN=\(name)", "-days", "2", "-out", self.certificate(name)])
    }

    /// Signed by an authority, for a host; valid for so many days from now, -1 for one that has expired.
    func make(_ name: String, by authority: String, host: String = "localhost", days: Int = 2) async throws {
        let (request, extensions) = (self.directory.path(name + ".csr"), self.directory.path(name + ".ext"))
        try "subjectAltName=DNS:\(host)\n".write(toFile: extensions, atomically: true, encoding: .utf8)
        try await self.openssl(
            ["req", "-new"] + Self.newKey + ["-keyout", self.key(name), "-subj", "/CN=\(name)", "-out", request])
        try await self.openssl([
            "x509", "-req", "-in", request, "-CA", self.certificate(authority), "-CAkey", self.key(authority),
            "-CAcreateserial", "-days", "\(days)", "-extfile", extensions, "-out", self.certificate(name),
        ])
    }

    private func openssl(_ arguments: [String]) async throws {
        let child = try ChildProcess("openssl", arguments) { _ in }
        let code = await child.exitCode()
        guard code == 0 else { throw TestBroker.Missing(description: "openssl \(arguments) ended with \(code)") }
    }
}
