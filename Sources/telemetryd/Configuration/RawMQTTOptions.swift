package import ArgumentParser

/// Brokers and Sparkplug, as typed.
package struct RawMQTTOptions: ParsableArguments, Sendable {
    @Option(name: .customLong("mqtt"), help: .option("mqtt")) package var brokers: [String] = []
    @Option(name: .customLong("mqtt-topic"), help: .option("mqtt-topic")) package var topics: [String] = []
    @Option(name: .customLong("mqtt-version"), help: .option("mqtt-version")) package var version: String?
    @Option(name: .customLong("mqtt-user"), help: .option("mqtt-user")) package var user: String?
    @Option(name: .customLong("mqtt-password-file"), help: .option("mqtt-password-file"))
    package var passwordFile: String?
    @Option(name: .customLong("mqtt-ca"), help: .option("mqtt-ca")) package var authorities: String?
    @Option(name: .customLong("mqtt-cert"), help: .option("mqtt-cert")) package var certificate: String?
    @Option(name: .customLong("mqtt-key"), help: .option("mqtt-key")) package var key: String?
    @Option(name: .customLong("mqtt-share"), help: .option("mqtt-share")) package var share: String?
    @Option(name: .customLong("mqtt-id"), help: .option("mqtt-id")) package var id: String?
    @Flag(inversion: .prefixedNo, help: .option("sparkplug")) package var sparkplug: Bool?
    @Option(name: .customLong("sparkplug-metric"), help: .option("sparkplug-metric"))
    package var sparkplugMetrics: [String] = []
    @Option(help: .option("sparkplug-machine")) package var sparkplugMachine: String?

    package init() {}
}

/// The broker we start ourselves, as typed.
package struct RawBrokerOptions: ParsableArguments, Sendable {
    @Option(defaultAsFlag: "1883", parsing: .next, help: .option("broker")) package var broker: String?
    @Option(name: .customLong("broker-host"), help: .option("broker-host")) package var host: String?
    @Option(name: .customLong("broker-password-file"), help: .option("broker-password-file"))
    package var passwordFile: String?

    package init() {}
}
