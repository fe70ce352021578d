package import Ingest

/// The brokers' part of the configuration, checked down to the files it names.
package struct MQTTOptions: Sendable {
    /// One for each broker; empty: there is none.
    package var sources: [MQTTSource.Configuration]
    /// Worth a line in the log at the start.
    package var warnings: [String]

    /// - Parameter databasePath: the sessions' names are kept beside it.
    init(_ reader: SettingReader, databasePath: String) throws(ConfigurationError) {
        self.sources = []
        self.warnings = []
        let topics = try Self.topics(reader)
        let version = try Self.version(reader)
        let tls = TLSFiles(
            authorities: try reader.setting("mqtt-ca")?.path(),
            certificate: try reader.setting("mqtt-cert")?.path(),
            key: try reader.setting("mqtt-key")?.path()
        )
        var passwordFile: SecretFile?
        if let setting = reader.setting("mqtt-password-file") {
            do {
                let file = try SecretFile(path: setting.value)
                if file.isOpenToAll { self.warnings.append("\(setting.value) can be read by everybody: chmod 600") }
                passwordFile = file
            } catch {
                throw setting.refused(error.description, code: .failure)
            }
        }
        for broker in try Self.brokers(reader) {
            var source = MQTTSource.Configuration(
                broker: broker,
                version: version,
                templates: topics.isEmpty ? TopicTemplate.defaults : topics,
                tls: broker.usesTLS ? tls : TLSFiles(),
                sessionPath: databasePath + (self.sources.isEmpty ? ".mqtt-session" : ".mqtt-session-\(broker.host)")
            )
            if broker.user == nil {
                source.user = reader.setting("mqtt-user")?.value
                source.password = passwordFile?.text
            }
            source.share = reader.setting("mqtt-share")?.value
            do {
                try source.check()
            } catch {
                throw Self.explained(error, reader)
            }
            self.sources.append(source)
        }
        if !tls.isEmpty, !self.sources.isEmpty, !self.sources.contains(where: \.broker.usesTLS) {
            let names = ["mqtt-ca", "mqtt-cert", "mqtt-key"]
            guard let setting = names.compactMap({ reader.setting($0) }).first else { return }
            throw setting.refused("it is for mqtts:// brokers, and none is given")
        }
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
        return topics
    }

    private static func version(_ reader: SettingReader) throws(ConfigurationError) -> MQTTVersion {
        try reader.setting("mqtt-version")?.word(MQTTVersion.self) ?? .v311
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
