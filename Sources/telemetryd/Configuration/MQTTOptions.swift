package import Ingest

/// The brokers' part of the configuration.
package struct MQTTOptions: Sendable {
    package var broker: BrokerURL
    /// Empty: the default templates.
    package var topics: [TopicTemplate]

    /// Nil if no broker is given. Topics are checked even then.
    init?(_ reader: SettingReader) throws(ConfigurationError) {
        self.topics = []
        for setting in reader.settings("mqtt-topic") {
            do {
                self.topics.append(try TopicTemplate(parsing: setting.value))
            } catch {
                throw setting.refused(error.description)
            }
        }
        guard let broker = reader.setting("mqtt") else { return nil }
        do {
            self.broker = try BrokerURL(parsing: broker.value)
        } catch {
            throw broker.refused(error.description)
        }
    }
}
