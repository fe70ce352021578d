package import Ingest

/// The broker's part of the configuration.
package struct MQTTOptions: Sendable {
    package var broker: BrokerURL
    /// Empty: the default templates.
    package var topics: [TopicTemplate]

    /// Nil if no broker is given. Topics are checked even then.
    init?(_ options: RawOptions, _ reader: SettingReader) throws(ConfigurationError) {
        let topics = try Self.topics(options, reader)
        guard let broker = reader.setting("--mqtt", options.mqtt, "TELEMETRYD_MQTT") else { return nil }
        do {
            self.broker = try BrokerURL(parsing: broker.value)
        } catch {
            throw broker.refused(error.description)
        }
        self.topics = topics
    }

    /// The option may be given several times; the variable has commas between.
    private static func topics(_ options: RawOptions, _ reader: SettingReader) throws(ConfigurationError)
        -> [TopicTemplate]
    {
        var settings = options.mqttTopics.map { SettingReader.Setting(origin: "--mqtt-topic", value: $0) }
        if settings.isEmpty, let variable = reader.setting("", nil, "TELEMETRYD_MQTT_TOPIC") {
            settings = variable.value.split(separator: ",").map {
                SettingReader.Setting(origin: variable.origin, value: String($0))
            }
        }
        var topics: [TopicTemplate] = []
        for setting in settings {
            do {
                topics.append(try TopicTemplate(parsing: setting.value))
            } catch {
                throw setting.refused(error.description)
            }
        }
        return topics
    }
}
