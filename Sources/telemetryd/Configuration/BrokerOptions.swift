/// The embedded broker's part of the configuration.
package struct BrokerOptions: Equatable, Sendable {
    /// Where it listens; without brackets.
    package var host: String
    /// 0: any free port.
    package var port: Int
    /// Who may use it; nil: everybody on this machine.
    package var passwordFile: String?

    static let portDefault = 1_883

    /// Nil if none is asked for. The rest is checked even then.
    init?(_ reader: SettingReader) throws(ConfigurationError) {
        let host = reader.setting("broker-host")
        self.host = try host?.host() ?? "127.0.0.1"
        self.passwordFile = try reader.setting("broker-password-file")?.path()
        if let host, self.passwordFile == nil, !Self.isLoopback(self.host) {
            throw host.refused(
                "beyond this machine the broker needs --broker-password-file, or everybody on the network can publish")
        }
        guard let setting = reader.setting("broker") else { return nil }
        switch setting.value.lowercased() {
        case "false", "no", "off": return nil
        case "true", "yes", "on": self.port = Self.portDefault
        default: self.port = try setting.integer(in: 0...65_535, "a port, or nothing for \(Self.portDefault)")
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
    }
}
