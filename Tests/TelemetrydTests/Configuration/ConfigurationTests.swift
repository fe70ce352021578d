import ArgumentParser
import Ingest
import Logging
import TelemetryCore
import Testing

@testable import telemetryd

@Suite struct ConfigurationTests {
    private func configuration(
        _ arguments: [String],
        _ environment: [String: String] = [:]
    ) throws -> Configuration {
        try Configuration(options: RawOptions.parse(arguments), environment: environment)
    }

    @Test func defaults() throws {
        let configuration = try self.configuration(["--simulate", "a,b"])
        #expect(configuration.host == "127.0.0.1" && configuration.port == 3_000)
        #expect(configuration.historyPerMachine == 1_000)
        #expect(configuration.databasePath == "telemetry.sqlite")
        #expect(configuration.publicDirectory == .found)
        #expect(configuration.logLevel == .info && configuration.logFormat == .text)
        #expect(configuration.simulation?.machines.map(\.name) == ["a", "b"])
        #expect(configuration.simulation?.interval == .seconds(1) && configuration.simulation?.seed == nil)
        #expect(configuration.mqtt.sources.isEmpty && configuration.retention == Retention())
    }

    @Test func flagsBeatTheEnvironment() throws {
        let environment = [
            "TELEMETRYD_PORT": "1", "PORT": "2", "HOST": "::1", "TELEMETRYD_SIMULATE": "env", "TELEMETRYD_HISTORY": "7",
        ]
        let flags = try self.configuration(["--port", "3", "--simulate", "flag"], environment)
        #expect(flags.port == 3 && flags.simulation?.machines.map(\.name) == ["flag"])
        let plain = try self.configuration([], environment)
        #expect(plain.port == 1 && plain.host == "::1" && plain.historyPerMachine == 7)
        #expect(plain.simulation?.machines.map(\.name) == ["env"])
        let empty = try self.configuration([], ["TELEMETRYD_SIMULATE": "a", "TELEMETRYD_PORT": "", "PORT": "2"])
        #expect(empty.port == 2)
    }

    @Test func databaseInTheStateDirectory() throws {
        let environment = ["STATE_DIRECTORY": "/var/lib/telemetryd:/other"]
        let found = try self.configuration(["--simulate", "a"], environment)
        #expect(found.databasePath == "/var/lib/telemetryd/telemetry.sqlite")
        let named = try self.configuration(["--simulate", "a", "--database", "x.sqlite"], environment)
        #expect(named.databasePath == "x.sqlite")
    }

    @Test func brokerAndTopics() throws {
        let flags = try self.configuration([
            "--mqtt", "mqtt://broker", "--mqtt-topic", "{machine}/{metric}", "--mqtt-topic", "x/{machine}/{metric}",
        ])
        #expect(flags.mqtt.sources.map(\.broker.host) == ["broker"])
        #expect(flags.mqtt.sources.first?.templates.count == 2)
        let variables = try self.configuration(
            [],
            ["TELEMETRYD_MQTT": "mqtt://h:1", "TELEMETRYD_MQTT_TOPIC": "{machine}/{metric},y/{machine}/{metric}"]
        )
        #expect(variables.mqtt.sources.map(\.broker.port) == [1])
        #expect(variables.mqtt.sources.first?.templates.count == 2)
    }

    @Test(arguments: [
        ("--port", "65536"), ("--port", "-1"), ("--port", "abc"), ("--port", ""), ("--history", "0"),
        ("--history", "many"), ("--simulate", "a b"), ("--simulate", ""), ("--simulate", "a,"), ("--simulate", "a,a"),
        ("--simulate", ".x"), ("--simulate-interval", "0s"), ("--simulate-interval", "fast"),
        ("--simulate-interval", "1"), ("--simulate-interval", "2h"), ("--simulate-seed", "-1"), ("--mqtt", "http://x"),
        ("--mqtt-topic", "machines/+/x"), ("--host", ""), ("--host", "http://x"), ("--log-level", "loud"),
        ("--log-format", "xml"), ("--mqtt-version", "4"), ("--unit", "rpm"), ("--unit", "rpm=kPa"), ("--unit", "x=bar"),
        ("--unit", ".a/rpm=Hz"), ("--expect", "soon"), ("--expect", "a=0s"), ("--expect", ".a=1s"), ("--keep", "1"),
        ("--max-size", "1MB"), ("--simulate-fault", "a:explode@1s+1s"), ("--simulate-fault", "b:stall@1s+1s"),
        ("--replay", "x.csv,speed=fast"), ("--replay", ",loop"), ("--sparkplug-metric", "Motor"),
        ("--sparkplug-machine", "{x}"), ("--mqtt-id", "a/b"),
        ("--broker", "65536"), ("--broker-host", "0.0.0.0"),
    ])
    func badValueIsNamed(option: String, value: String) {
        let others = option == "--simulate" ? [] : ["--simulate", "a"]
        #expect {
            _ = try self.configuration(others + (value.isEmpty ? [option, value] : ["\(option)=\(value)"]))
        } throws: { error in
            guard let error = error as? ConfigurationError else { return false }
            let line = error.description
            return line.contains(option) && line.contains("\"\(value)\"") && !line.contains("\n")
        }
    }

    @Test func severalBrokers() throws {
        let found = try self.configuration(
            [],
            ["TELEMETRYD_MQTT": "mqtt://a, mqtt://u:p@b", "TELEMETRYD_MQTT_USER": "me", "TELEMETRYD_MQTT_VERSION": "5"])
        #expect(found.mqtt.sources.map(\.broker.host) == ["a", "b"])
        #expect(found.mqtt.sources.map(\.user) == ["me", "u"])
        #expect(found.mqtt.sources.allSatisfy { $0.version == .v5 })
        #expect(Set(found.mqtt.sources.map(\.sessionPath)).count == 2)
        #expect(throws: ConfigurationError.self) {
            try self.configuration(["--mqtt", "mqtt://a", "--mqtt", "mqtt://a:1883"])
        }
    }

    @Test func filesThatAreNotThereAreFailuresAndNoMisuse() throws {
        for option in ["--mqtt-ca", "--mqtt-password-file"] {
            let arguments = ["--mqtt", "mqtts://a", "--mqtt-user", "u", option, "/no/such.file"]
            #expect {
                _ = try self.configuration(arguments)
            } throws: { error in
                guard let error = error as? ConfigurationError else { return false }
                return error.code == .failure && error.description.hasPrefix("\(option) is \"/no/such.file\"")
            }
        }
        #expect(throws: ConfigurationError.self) { try self.configuration(["--mqtt", "mqtts://a", "--mqtt-key", "k"]) }
        #expect(throws: ConfigurationError.self) { try self.configuration(["--mqtt", "mqtt://a", "--mqtt-ca", "k"]) }
    }

    @Test func unitsAndIntervals() throws {
        let found = try self.configuration(
            ["--simulate", "a", "--unit", "pressure=kPa", "--unit", "a/rpm=Hz", "--expect", "5s", "--expect", "a=1m"])
        let machine = try #require(MachineID("a"))
        let (rpm, pressure) = (try #require(MetricName("rpm")), try #require(MetricName("pressure")))
        #expect(found.readings.units.unit(of: rpm, machine: machine)?.symbol == "rev/s")
        #expect(found.readings.units.unit(of: pressure, machine: machine)?.symbol == "kPa")
        #expect(found.readings.expectations.map(\.machine) == [nil, machine])
        #expect(found.readings.expectations.map(\.interval) == [.seconds(5), .seconds(60)])
    }

    @Test func recordingsAndFaults() throws {
        let found = try self.configuration([
            "--simulate", "a", "--simulate-fault", "a:leak@10s+5s", "--replay", "x.csv,speed=10,rpm=S", "--replay",
            "y.csv",
            "--replay-map", "rpm=Speed",
        ])
        #expect(found.simulation?.faults.map(\.fault) == [.leak])
        #expect(found.replays.map(\.path) == ["x.csv", "y.csv"])
        #expect(found.replays.map(\.speed) == [.times(10), .times(1)])
        #expect(found.replays.first?.mapping != found.replays.last?.mapping)
        let variables = try self.configuration([], ["TELEMETRYD_REPLAY": "x.csv,speed=10;y.csv,loop"])
        #expect(variables.replays.map(\.loops) == [false, true])
        #expect(throws: ConfigurationError.self) {
            try self.configuration(["--replay", "x.csv", "--simulate-fault", "a:leak@10s+5s"])
        }
    }

    @Test func sparkplugGoesToEveryBroker() throws {
        let found = try self.configuration([
            "--mqtt", "mqtt://a", "--mqtt", "mqtt://b", "--sparkplug", "--sparkplug-metric", "Motor/Speed=rpm",
        ])
        #expect(found.mqtt.sources.compactMap(\.sparkplug?.metrics["Motor/Speed"]?.text) == ["rpm", "rpm"])
        #expect(try self.configuration(["--mqtt", "mqtt://a"]).mqtt.sparkplug == nil)
        #expect(throws: ConfigurationError.self) { try self.configuration(["--simulate", "a", "--sparkplug"]) }
    }

    @Test func theGatewaysOwnName() throws {
        let named = try self.configuration(["--mqtt", "mqtt://a", "--mqtt-id", "hall2"])
        #expect(named.mqtt.sources.first?.gatewayID == GatewayID("hall2"))
        #expect(try self.configuration(["--mqtt", "mqtt://a", "--mqtt-id", ""]).mqtt.sources.first?.gatewayID == nil)
        #expect(try self.configuration(["--mqtt", "mqtt://a"]).mqtt.sources.first?.gatewayID == .ofThisHost())
    }

    @Test func embeddedBroker() throws {
        #expect(try self.configuration(["--broker"]).broker?.port == 1_883)
        #expect(try self.configuration([], ["TELEMETRYD_BROKER": "true"]).broker?.port == 1_883)
        #expect(try self.configuration(["--broker", "1884"]).broker?.host == "127.0.0.1")
        #expect(try self.configuration(["--simulate", "a"], ["TELEMETRYD_BROKER": "false"]).broker == nil)
        let open = try self.configuration(["--broker", "--broker-host", "0.0.0.0", "--broker-password-file", "p"])
        #expect(open.broker?.host == "0.0.0.0" && open.broker?.passwordFile == "p")
    }

    @Test func retention() throws {
        let found = try self.configuration(["--simulate", "a", "--keep", "7d", "--max-size", "2GB"])
        #expect(found.retention == Retention(maxAge: .seconds(604_800), maxBytes: 2_000_000_000))
        #expect(found.historyPerMachine == 10_000_000)
        #expect(try self.configuration(["--simulate", "a", "--keep", "7d", "--history", "5"]).historyPerMachine == 5)
    }

    @Test(arguments: [("PORT", "x"), ("TELEMETRYD_PORT", "x"), ("TELEMETRYD_HISTORY", "-5"), ("TELEMETRYD_MQTT", "x")])
    func badVariableIsNamed(name: String, value: String) {
        #expect {
            _ = try self.configuration(["--simulate", "a"], [name: value])
        } throws: { ($0 as? ConfigurationError)?.description.hasPrefix("\(name) is \"\(value)\"") == true }
    }

    @Test func aMisspeltVariableIsToldOf() throws {
        let found = try self.configuration(["--simulate", "a"], ["TELEMETRYD_PROT": "1", "TELEMETRYD_HOST": "::1"])
        #expect(found.warnings == ["the variable TELEMETRYD_PROT is no option of ours; did you mean TELEMETRYD_PORT?"])
    }

    @Test func withoutASourceItShowsHow() {
        #expect { _ = try self.configuration([]) } throws: { error in
            let text = (error as? ConfigurationError)?.description ?? ""
            return text.contains("--simulate machineA") && text.contains("--mqtt mqtt://")
        }
    }

    @Test(
        arguments: [
            ("100ms", .milliseconds(100)), ("1s", .seconds(1)), ("1.5s", .milliseconds(1_500)), ("2m", .seconds(120)),
            ("24h", .seconds(86_400)), ("7d", .seconds(604_800)),
        ] as [(String, Duration)])
    func times(text: String, time: Duration) {
        #expect(TimeSpan.parse(text) == time)
    }

    @Test(
        arguments: [("1000000", 1_000_000), ("500MB", 500_000_000), ("2GB", 2_000_000_000), ("64MiB", 67_108_864)]
            as [(String, Int64)])
    func sizes(text: String, bytes: Int64) {
        #expect(ByteCount.parse(text) == bytes)
    }

    @Test(arguments: ["", "MB", "0", "-1GB", "1PB", "1 GB", "1e30", "0.1"])
    func noSizes(text: String) {
        #expect(ByteCount.parse(text) == nil)
    }

    @Test(arguments: ["", "s", "1", "-1s", "1w", "0ms", "1 s", "1e3s", ".s", "1..5s", "99999999999999s", "99999999d"])
    func noTimes(text: String) {
        #expect(TimeSpan.parse(text) == nil)
    }
}
