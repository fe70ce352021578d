#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The installed mosquitto.
struct BrokerProgram {
    let broker: String
    /// `mosquitto_passwd`; not every package has it.
    let passwords: String?

    /// Where an ordinary user's PATH does not look and Debian puts servers.
    static let serverFolders = ["/usr/sbin", "/usr/local/sbin"]

    /// Looks in the PATH and in these folders. Throws a ``StartFailure`` that says how to install it.
    init(searchPath: String?, folders: [String] = Self.serverFolders) throws(StartFailure) {
        let folders = (searchPath ?? "").split(separator: ":").map(String.init) + folders
        func find(_ name: String) -> String? {
            folders.lazy.map { "\($0)/\(name)" }.first { $0.hasPrefix("/") && access($0, X_OK) == 0 }
        }
        guard let broker = find("mosquitto") else {
            throw StartFailure(
                "--broker needs mosquitto, which is not installed here: sudo apt-get install mosquitto "
                    + "(Fedora: dnf install mosquitto, Alpine: apk add mosquitto)"
            )
        }
        self.broker = broker
        self.passwords = find("mosquitto_passwd")
    }

    /// Replaces the passwords in a file of `user:password` lines by their hashes.
    func hashPasswords(in file: String) throws(StartFailure) {
        guard let passwords = self.passwords else {
            throw StartFailure("--broker-password-file needs mosquitto_passwd, which is not installed here")
        }
        let (code, child) = ArgumentVector([passwords, "-U", file]).spawn(passwords)
        guard code == 0 else { throw StartFailure("cannot start \(passwords): \(String(cString: strerror(code)))") }
        var status: CInt = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        guard status == 0 else { throw StartFailure("\(passwords) could not hash the broker's passwords") }
    }
}
