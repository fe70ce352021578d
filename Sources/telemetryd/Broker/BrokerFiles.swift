#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What the broker needs on disk, in a directory beside the database that only we can read: a configuration and the
/// passwords, made anew at each start, and what the broker itself keeps.
struct BrokerFiles {
    /// The account that the gateway itself uses.
    struct Account {
        let user: String
        let password: String
    }

    let directory: String
    var configuration: String { "\(self.directory)/mosquitto.conf" }
    private var passwords: String { "\(self.directory)/passwords" }
    private var processFile: String { "\(self.directory)/pid" }

    /// Makes the directory. Throws a ``StartFailure`` if it cannot.
    init(databasePath: String) throws(StartFailure) {
        // An absolute path: the broker has a right to another working directory.
        let slash = databasePath.lastIndex(of: "/")
        let folder = slash.map { $0 == databasePath.startIndex ? "/" : String(databasePath[..<$0]) } ?? "."
        guard let absolute = realpath(folder, nil) else { throw Self.failure(folder) }
        defer { free(absolute) }
        let name = slash.map { String(databasePath[databasePath.index(after: $0)...]) } ?? databasePath
        self.directory = "\(String(cString: absolute))/\(name).broker"
        guard !self.directory.contains(where: \.isNewline) else {
            throw StartFailure("--broker: the path of the database must not have a line break in it")
        }
        guard mkdir(self.directory, 0o700) == 0 || errno == EEXIST, chmod(self.directory, 0o700) == 0 else {
            throw Self.failure(self.directory)
        }
    }

    /// Writes configuration and passwords. Returns the account for the gateway; nil: it needs none.
    func write(_ options: BrokerOptions, port: Int, program: BrokerProgram) throws(StartFailure) -> Account? {
        let account = try options.passwordFile.map { path throws(StartFailure) in
            try self.writePasswords(of: path, program: program)
        }
        var lines = [
            "# Made by telemetryd at each start; changes are lost.",
            "listener \(port) \(options.host)",
            "allow_anonymous \(account == nil)",
            "persistence true",
            "persistence_location \(self.directory)/",
            "autosave_interval 30",
            // For a gateway that is away: its messages wait for it. 200,000 of some 200 bytes are 40 MB.
            "max_queued_messages 200000",
            "max_inflight_messages 100",
            // libmosquitto holds a message whole before we can refuse it (docs/decisions/0003).
            "message_size_limit 1048576",
            "log_dest stderr",
            "log_type error", "log_type warning", "log_type notice", "log_type information",
            "log_timestamp false",
        ]
        if account != nil { lines.append("password_file \(self.passwords)") }
        // As root, mosquitto would become a user who cannot read its own directory.
        if geteuid() == 0 { lines.append("user root") }
        try Self.write(lines.joined(separator: "\n") + "\n", to: self.configuration)
        return account
    }

    /// Notes the broker's process, for the next start.
    func note(process: pid_t) {
        try? Self.write("\(process)\n", to: self.processFile)
    }

    /// The process of a broker of ours that outlived its gateway, if there is one.
    func orphan() -> pid_t? {
        guard let text = try? TextFile.read(self.processFile, bytesMax: 64),
            let process = pid_t(text.filter { $0.isNumber }), process > 1,
            let commandLine = try? TextFile.read("/proc/\(process)/cmdline", bytesMax: 65_536),
            commandLine.split(separator: "\0").contains(Substring(self.configuration))
        else { return nil }
        return process
    }

    /// The user's accounts with their passwords hashed, and one more for us.
    private func writePasswords(of path: String, program: BrokerProgram) throws(StartFailure) -> Account {
        let text = try TextFile.read(path, bytesMax: Limits.passwordFileBytesMax)
        var hashed: [Substring] = []
        var plain: [Substring] = []
        for (index, line) in text.split(whereSeparator: \.isNewline).enumerated() where line.first != "#" {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw StartFailure("\(path): line \(index + 1) is not user:password")
            }
            if parts[1].hasPrefix("$6$") || parts[1].hasPrefix("$7$") {
                hashed.append(line)
            } else {
                plain.append(line)
            }
        }
        let account = Account(user: "gateway-\(Self.random(4))", password: Self.random(16))
        plain.append("\(account.user):\(account.password)")
        try Self.write(plain.joined(separator: "\n") + "\n", to: self.passwords)
        try program.hashPasswords(in: self.passwords)
        let ours = try TextFile.read(self.passwords, bytesMax: 16 * Limits.passwordFileBytesMax)
        try Self.write(ours + hashed.map { "\($0)\n" }.joined(), to: self.passwords)
        return account
    }

    private static func random(_ bytes: Int) -> String {
        (0..<bytes).map { _ in
            let text = String(UInt8.random(in: .min ... .max), radix: 16)
            return text.count == 1 ? "0\(text)" : text
        }.joined()
    }

    private static func write(_ text: String, to path: String) throws(StartFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path) }
        defer { close(descriptor) }
        guard fchmod(descriptor, 0o600) == 0, StandardStreams.writeAll(Array(text.utf8), to: descriptor) else {
            throw Self.failure(path)
        }
    }

    private static func failure(_ path: String) -> StartFailure {
        StartFailure("--broker: \(path) cannot be written: \(String(cString: strerror(errno)))")
    }
}
