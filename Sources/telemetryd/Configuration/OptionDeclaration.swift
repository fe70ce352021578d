/// One option, as ``OptionTable`` declares it: the flag, the environment variables, the key of the configuration file,
/// the help, the sample file and `check-config` all come from here or are tested against it.
package struct OptionDeclaration: Sendable {
    /// How many values it takes, and how they are written in each place.
    package enum Kind: Equatable, Sendable {
        /// One value.
        case value
        /// One value that may be left out: the flag without a value, or `true` in the file, means this one.
        case valueOrAlone(String)
        /// On or off: `--name` and `--no-name`; `true` and `false` elsewhere.
        case flag
        /// One value with commas in it; in the file also a list.
        case words
        /// Any number of values: the flag again and again; in the variable with this between; in the file a list.
        case list(separator: Character)
        /// As a list, of KEY=VALUE; in the file also a mapping.
        case map(separator: Character)
    }

    /// Whether SIGHUP can change it in a running gateway.
    package enum Change: Equatable, Sendable {
        case atOnce
        case restart
    }

    /// The flag without its dashes: `mqtt-topic`.
    package let name: String
    package let kind: Kind
    /// What stands for the value in the help: `URL`.
    package let valueName: String
    /// One sentence or two, without the default.
    package let help: String
    /// The default as people read it; nil: there is none.
    package let defaultText: String?
    /// Environment variables, the strongest first.
    package let variables: [String]
    /// The key in the configuration file; nil: it cannot be given there.
    package let fileKey: String?
    package let change: Change
    /// What was typed for it on the command line.
    package let typed: @Sendable (RawOptions) -> [String]

    init(
        _ name: String,
        _ kind: Kind = .value,
        valueName: String,
        help: String,
        defaultText: String? = nil,
        furtherVariables: [String] = [],
        fileKey: FileKey = .likeTheFlag,
        change: Change = .restart,
        typed: @escaping @Sendable (RawOptions) -> [String]
    ) {
        self.name = name
        self.kind = kind
        self.valueName = valueName
        self.help = help
        self.defaultText = defaultText
        let variable = "TELEMETRYD_" + name.uppercased().split(separator: "-").joined(separator: "_")
        self.variables = [variable] + furtherVariables
        switch fileKey {
        case .likeTheFlag: self.fileKey = name
        case .named(let key): self.fileKey = key
        case .none: self.fileKey = nil
        }
        self.change = change
        self.typed = typed
    }

    /// The key in the configuration file.
    enum FileKey {
        case likeTheFlag
        case named(String)
        case none
    }

    /// `--mqtt-topic`.
    package var flag: String { "--\(self.name)" }

    /// The help with the default.
    package var helpWithDefault: String {
        self.defaultText.map { "\(self.help) (default: \($0))" } ?? self.help
    }

    /// The values in the text of an environment variable.
    func split(_ text: String) -> [String] {
        switch self.kind {
        case .value, .valueOrAlone, .flag, .words:
            [text]
        case .list(let separator), .map(let separator):
            text.split(separator: separator).map { $0.trimmingSpaces() }
        }
    }
}

extension Substring {
    /// Without spaces at both ends.
    func trimmingSpaces() -> String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
