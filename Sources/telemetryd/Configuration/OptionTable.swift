/// Every option there is, each declared once.
package enum OptionTable {
    /// In the order of the help and of the sample file.
    package static let all: [OptionDeclaration] =
        Self.sources + Self.mqtt + Self.broker + Self.readings + Self.server + Self.store + Self.log + [Self.config]

    /// The option of this name, if there is one.
    package static func option(named name: String) -> OptionDeclaration? {
        Self.all.first { $0.name == name }
    }

    /// The option with this key in the configuration file.
    package static func option(fileKey key: String) -> OptionDeclaration? {
        Self.all.first { $0.fileKey == key }
    }

    private static let config = OptionDeclaration(
        "config", valueName: "file",
        help: "Configuration file (YAML) with the same names, and alarms: a list of alarm rules. Options beat the "
            + "environment, and that beats the file.",
        fileKey: .none, typed: { one($0.config.config) })

    static func one(_ typed: String?) -> [String] {
        typed.map { [$0] } ?? []
    }
}
