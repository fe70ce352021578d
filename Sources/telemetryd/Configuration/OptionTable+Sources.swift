extension OptionTable {
    static let sources = [
        OptionDeclaration(
            "simulate", .words, valueName: "names",
            help: "Run the built-in generator for these machines (a,b,c).",
            typed: { one($0.sources.simulate) }),
        OptionDeclaration(
            "simulate-interval", valueName: "time",
            help: "Time between two generated readings of a machine: 100ms, 1s.", defaultText: "1s",
            typed: { one($0.sources.simulateInterval) }),
        OptionDeclaration(
            "simulate-seed", valueName: "number",
            help: "The same seed gives the same readings.", defaultText: "random",
            typed: { one($0.sources.simulateSeed) }),
        OptionDeclaration(
            "simulate-fault", .list(separator: ","), valueName: "machine:fault@start+duration",
            help: "A fault of a simulated machine, counted from the start: a:stall@30s+10s. The faults are stall, "
                + "leak, flatline, dropout, clockjump, burst, drift and spike. May be given several times.",
            typed: { $0.sources.simulateFaults }),
        OptionDeclaration(
            "replay", .list(separator: ";"), valueName: "file",
            help: "Play a recording (CSV or JSON lines): "
                + "FILE[,speed=1...100|max][,machine=NAME][,loop][,interval=1s][,time=now|original][,KEY=COLUMN...]. "
                + "May be given several times; in the environment with semicolons between.",
            typed: { $0.sources.replays }),
        OptionDeclaration(
            "replay-map", .map(separator: ";"), valueName: "key=column",
            help: "Which column is what, in recordings whose own text does not say it: timestamp=Time, machine=Id, "
                + "rpm=Speed, pressure[kPa]=P1. May be given several times; in the environment with semicolons "
                + "between.",
            typed: { $0.sources.replayMap }),
    ]

    static let mqtt = [
        OptionDeclaration(
            "mqtt", .list(separator: ","), valueName: "url",
            help: "Broker to subscribe to: mqtt://[user[:password]@]host[:1883], mqtts://host[:8883]. May be given "
                + "several times.",
            typed: { $0.mqtt.brokers }),
        OptionDeclaration(
            "mqtt-topic", .list(separator: ","), valueName: "template",
            help: "Topic template, such as {site}/{line}/{machine}/{metric}; _ ignores a level. May be given several "
                + "times.",
            defaultText: "machines/{machine}/telemetry, machines/{machine}/{metric}, machines/{machine}/status",
            typed: { $0.mqtt.topics }),
        OptionDeclaration(
            "mqtt-version", valueName: "version",
            help: "Version of the protocol: 3.1.1 or 5.", defaultText: "3.1.1",
            typed: { one($0.mqtt.version) }),
        OptionDeclaration(
            "mqtt-user", valueName: "name",
            help: "User name, for brokers whose URL has none.",
            typed: { one($0.mqtt.user) }),
        OptionDeclaration(
            "mqtt-password-file", valueName: "file",
            help: "File whose first line is the password that goes with the user name.",
            typed: { one($0.mqtt.passwordFile) }),
        OptionDeclaration(
            "mqtt-ca", valueName: "file",
            help: "Certificates (PEM) of the authorities that may vouch for an mqtts:// broker.",
            defaultText: "the system's",
            typed: { one($0.mqtt.authorities) }),
        OptionDeclaration(
            "mqtt-cert", valueName: "file",
            help: "Our own certificate (PEM), for brokers that ask for one; with --mqtt-key.",
            typed: { one($0.mqtt.certificate) }),
        OptionDeclaration(
            "mqtt-key", valueName: "file",
            help: "The key (PEM, not encrypted) of our own certificate.",
            typed: { one($0.mqtt.key) }),
        OptionDeclaration(
            "mqtt-share", valueName: "group",
            help: "Share the messages with the other gateways of this group: each goes to one of them.",
            typed: { one($0.mqtt.share) }),
        OptionDeclaration(
            "mqtt-id", valueName: "id",
            help: "This gateway's name on the broker, in telemetryd/{id}/state and telemetryd/{id}/health.",
            defaultText: "the host's name",
            typed: { one($0.mqtt.id) }),
        OptionDeclaration(
            "sparkplug", .flag, valueName: "",
            help: "Be a Sparkplug B host: take spBv1.0/# from the brokers, too.", defaultText: "false",
            typed: { $0.mqtt.sparkplug.map { [$0 ? "true" : "false"] } ?? [] }),
        OptionDeclaration(
            "sparkplug-metric", .map(separator: ","), valueName: "name=metric",
            help: "Which Sparkplug metric is which of ours: Motor/Speed=rpm. May be given several times.",
            fileKey: .named("sparkplug-metrics"),
            typed: { $0.mqtt.sparkplugMetrics }),
        OptionDeclaration(
            "sparkplug-machine", valueName: "template",
            help: "Name of a Sparkplug device's machine, of {group}, {edge} and {device}.",
            defaultText: "{edge}.{device}",
            typed: { one($0.mqtt.sparkplugMachine) }),
    ]

    static let broker = [
        OptionDeclaration(
            "broker", .valueOrAlone("1883"), valueName: "port",
            help: "Start an MQTT broker of our own (the installed mosquitto) and subscribe to it; without a number on "
                + "port 1883.",
            typed: { one($0.broker.broker) }),
        OptionDeclaration(
            "broker-host", valueName: "address",
            help: "Address that broker listens on. Beyond this machine it needs --broker-password-file.",
            defaultText: "127.0.0.1",
            typed: { one($0.broker.host) }),
        OptionDeclaration(
            "broker-password-file", valueName: "file",
            help: "Who may use that broker: lines of user:password, or a file made by mosquitto_passwd. "
                + "Others are then refused.",
            typed: { one($0.broker.passwordFile) }),
    ]
}
