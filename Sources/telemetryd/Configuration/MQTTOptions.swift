package import Ingest

/// The brokers' part of the configuration, checked down to the files it names.
package struct MQTTOptions: Sendable {
    /// One for each broker; empty: there is none.
    package private(set) var sources: [MQTTSource.Configuration]
    /// Worth a line in the log at the start.
    package private(set) var warnings: [String]
    /// Nil: Sparkplug is not taken.
    let sparkplug: SparkplugConfiguration?
    private let gatewayID: GatewayID?
    private let version: MQTTVersion
    private let templates: [TopicTemplate]
    private let tls: TLSFiles
    private let user: String?
    private let password: String?
    private let share: String?
    private let databasePath: String

    /// - Parameter databasePath: the sessions' names are kept beside it.
    init(_ reader: SettingReader, databasePath: String) throws(ConfigurationError) {
        self.sources = []
        self.warnings = []
        self.databasePath = databasePath
        self.version = try reader.setting("mqtt-version")?.word(MQTTVersion.self) ?? .v311
        self.templates = try Self.topics(reader)
        self.tls = TLSFiles(
            authorities: try reader.setting("mqtt-ca")?.path(),
            certificate: try reader.setting("mqtt-cert")?.path(),
            key: try reader.setting("mqtt-key")?.path()
        )
        self.sparkplug = try SparkplugConfiguration(reader)
        self.gatewayID = try Self.gatewayID(reader)
        self.user = reader.setting("mqtt-user")?.value
        self.share = reader.setting("mqtt-share")?.value
        var password: SecretFile?
        if let setting = reader.setting("mqtt-password-file") {
            do {
                password = try SecretFile(path: setting.value)
            } catch {
                throw setting.refused(error.description, code: .failure)
            }
            if password?.isOpenToAll == true {
                self.warnings.append("\(setting.value) can be read by everybody: chmod 600")
            }
        }
        self.password = password?.text
        for broker in try Self.brokers(reader) {
            let source = self.source(broker)
            do {
                try source.check()
            } catch {
                throw Self.explained(error, reader)
            }
            self.sources.append(source)
        }
        if !self.tls.isEmpty, !self.sources.isEmpty, !self.sources.contains(where: \.broker.usesTLS) {
            let names = ["mqtt-ca", "mqtt-cert", "mqtt-key"]
            guard let setting = names.compactMap({ reader.setting($0) }).first else { return }
            throw setting.refused("it is for mqtts:// brokers, and none is given")
        }
    }

    /// Adds a broker that the user did not name: the embedded one.
    mutating func add(_ broker: BrokerURL) {
        self.sources.append(self.source(broker))
    }

    private func source(_ broker: BrokerURL) -> MQTTSource.Configuration {
        let isFirst = self.sources.isEmpty
        var source = MQTTSource.Configuration(
            broker: broker,
            version: self.version,
            templates: self.templates,
            tls: broker.usesTLS ? self.tls : TLSFiles(),
            sessionPath: MQTTSource.sessionPath(databasePath: self.databasePath, broker: broker, isFirst: isFirst)
        )
        // A password goes to the broker that its user is for, and to no other: to those without a user in their URL,
        // or, when no --mqtt-user is given, to those whose URL has a user without a password.
        if let user = self.user {
            if broker.user == nil { (source.user, source.password) = (user, self.password) }
        } else if broker.password == nil {
            source.password = self.password
        }
        source.share = self.share
        source.sparkplug = self.sparkplug
        source.gatewayID = self.gatewayID
        return source
    }

    /// Nil: it is to say nothing of itself.
    private static func gatewayID(_ reader: SettingReader) throws(ConfigurationError) -> GatewayID? {
        guard let setting = reader.setting("mqtt-id") else { return .ofThisHost() }
        if setting.value.isEmpty { return nil }
        guard let id = GatewayID(setting.value) else {
            throw setting.refused("it must be 1 to 64 of A-Z a-z 0-9 . _ -, or empty to publish nothing")
        }
        return id
    }

    private static func topics(_ reader: SettingReader) throws(ConfigurationError) -> [TopicTemplate] {
        var topics: [TopicTemplate] = []
        for setting in reader.settings("mqtt-topic") {
            do {
                topics.append(try TopicTemplate(parsing: setting.value))
            } catch {
                throw setting.refused(error.description)
            }
        }
        return topics.isEmpty ? TopicTemplate.defaults : topics
    }

    private static func brokers(_ reader: SettingReader) throws(ConfigurationError) -> [BrokerURL] {
        var brokers: [BrokerURL] = []
        for setting in reader.settings("mqtt") {
            let broker: BrokerURL
            do {
                broker = try BrokerURL(parsing: setting.value)
            } catch {
                throw setting.refused(error.description)
            }
            guard !brokers.contains(where: { $0.redacted == broker.redacted }) else {
                throw setting.refused("this broker is given twice")
            }
            brokers.append(broker)
        }
        return brokers
    }

    /// The error with the place where the option was given. What is wrong with a file is no misuse of the option.
    private static func explained(_ refusal: OptionRefusal, _ reader: SettingReader) -> ConfigurationError {
        let name = String(refusal.option.drop { $0 == "-" })
        let origin = reader.setting(name)?.origin ?? refusal.option
        guard let value = refusal.value else { return ConfigurationError("\(origin): \(refusal.description)") }
        let isFile = ["mqtt-ca", "mqtt-cert", "mqtt-key"].contains(name)
        return ConfigurationError(
            origin: origin, value: value, allowed: refusal.description, code: isFile ? .failure : .usage)
    }
}
