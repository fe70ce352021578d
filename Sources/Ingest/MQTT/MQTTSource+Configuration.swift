extension MQTTSource {
    /// One broker and what is wanted of it.
    package struct Configuration: Sendable {
        package var broker: BrokerURL
        package var version: MQTTVersion
        package var templates: [TopicTemplate]
        /// In place of those in the URL, if there are any.
        package var user: String?
        package var password: String?
        /// Only for `mqtts://`.
        package var tls: TLSFiles
        /// Several gateways with the same group share the readings: each comes to one of them (`$share/GROUP/…`).
        package var share: String?
        /// Reads Sparkplug B (`spBv1.0/…`) too; nil: no.
        package var sparkplug: SparkplugConfiguration?
        /// Our name at the broker, for `telemetryd/{id}/state` and `/health`; nil: nothing is published.
        package var gatewayID: GatewayID?
        /// Time between two health reports.
        package var healthInterval: Duration
        /// Where the client id of the persistent session is kept, beside the database.
        package var sessionPath: String
        package var backoff: Backoff
        /// Plain messages are read past libmosquitto (`BrokerStream`); never with TLS. For tests of the other way.
        package var readsDirectly = true

        package init(
            broker: BrokerURL,
            version: MQTTVersion = .v311,
            templates: [TopicTemplate] = TopicTemplate.defaults,
            tls: TLSFiles = TLSFiles(),
            sessionPath: String,
            backoff: Backoff = Backoff()
        ) {
            precondition(!templates.isEmpty)
            self.broker = broker
            self.version = version
            self.templates = templates
            self.user = broker.user
            self.password = broker.password
            self.tls = tls
            self.healthInterval = Limits.healthInterval
            self.sessionPath = sessionPath
            self.backoff = backoff
        }

        /// Looks at what can be wrong before a connection is made. Throws one line for the user.
        package func check() throws(OptionRefusal) {
            if self.password != nil, self.user == nil {
                throw OptionRefusal(option: "--mqtt-password-file", description: "a password needs a user: --mqtt-user")
            }
            if let group = self.share, !Self.isGroup(group) {
                let allowed = "a group has 1 to \(Limits.shareGroupBytesMax) bytes and none of / + #"
                throw OptionRefusal(option: "--mqtt-share", value: group, description: allowed)
            }
            guard !self.tls.isEmpty else { return }
            guard self.broker.usesTLS else {
                let file: TLSFiles.File = self.tls.authorities != nil ? .authorities : .certificate
                throw OptionRefusal(
                    option: file.rawValue, description: "\(self.broker.redacted) has no TLS; use mqtts://")
            }
            do {
                try self.tls.check()
            } catch {
                throw OptionRefusal(option: error.file.rawValue, value: error.path, description: error.description)
            }
        }

        private static func isGroup(_ text: String) -> Bool {
            (1...Limits.shareGroupBytesMax).contains(text.utf8.count) && !text.contains { "/+#".contains($0) }
                && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        }
    }

    /// Where the session with a broker is kept. The first (as a rule the only) one keeps its file whatever its address
    /// is: `localhost` written as `127.0.0.1` must not cost the session, and with it what waits at the broker. The
    /// others are told apart by host and port.
    package static func sessionPath(databasePath: String, broker: BrokerURL, isFirst: Bool) -> String {
        let path = databasePath + ".mqtt-session"
        if isFirst { return path }
        let host = broker.host.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" }
        return "\(path)-\(String(host))-\(broker.port)"
    }
}
