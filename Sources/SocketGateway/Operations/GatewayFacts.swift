/// What the gateway tells of itself, so that a page can say how to send readings here. Nothing in it is secret.
package struct GatewayFacts: Sendable {
    /// A broker that readings are taken from.
    package struct Broker: Equatable, Sendable {
        /// Host name or address, without brackets; nil: the one the client reached the gateway by (the embedded broker
        /// listens on every address of this machine).
        package let host: String?
        package let port: Int
        package let usesTLS: Bool
        /// Whether the gateway has an account there; a sensor will need one too.
        package let hasLogin: Bool
        /// The topic templates, such as `machines/{machine}/telemetry`.
        package let topics: [String]

        package init(host: String?, port: Int, usesTLS: Bool, hasLogin: Bool, topics: [String]) {
            self.host = host
            self.port = port
            self.usesTLS = usesTLS
            self.hasLogin = hasLogin
            self.topics = topics
        }
    }

    package var version: String
    /// The first one; nil: there is none.
    package var broker: Broker?

    package init(version: String, broker: Broker? = nil) {
        self.version = version
        self.broker = broker
    }
}
