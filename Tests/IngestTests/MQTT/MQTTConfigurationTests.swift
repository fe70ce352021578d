import Foundation
import Testing

@testable import Ingest

@Suite struct MQTTConfigurationTests {
    private static let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    private static let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
    private static let sealedKey = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"

    private func configuration(_ url: String = "mqtts://broker") throws -> MQTTSource.Configuration {
        MQTTSource.Configuration(broker: try BrokerURL(parsing: url), sessionPath: "")
    }

    @Test func takesUserAndPasswordFromTheURL() throws {
        var configuration = try self.configuration("mqtt://kim:secret@broker")
        #expect(configuration.user == "kim" && configuration.password == "secret")
        try configuration.check()
        configuration.user = nil
        let refusal = try #require(throws: OptionRefusal.self) { try configuration.check() }
        #expect(refusal.option == "--mqtt-password-file")
        #expect(!"\(refusal)".contains("secret"))
    }

    @Test func checksFiles() throws {
        let directory = try TemporaryDirectory()
        for (name, content) in [("ca", Self.certificate), ("key", Self.key), ("sealed", Self.sealedKey), ("text", "x")]
        {
            try Data(content.utf8).write(to: URL(fileURLWithPath: directory.path(name)))
        }
        let large = Data(repeating: 0x41, count: Limits.certificateBytesMax + 1)
        try large.write(to: URL(fileURLWithPath: directory.path("large")))
        func refusal(_ tls: TLSFiles, _ url: String = "mqtts://broker") throws -> String? {
            var configuration = try self.configuration(url)
            configuration.tls = tls
            do {
                try configuration.check()
                return nil
            } catch {
                return "\(error.option): \(error)"
            }
        }
        let (ca, key) = (directory.path("ca"), directory.path("key"))
        #expect(try refusal(TLSFiles()) == nil)
        #expect(try refusal(TLSFiles(authorities: ca, certificate: ca, key: key)) == nil)
        #expect(
            try refusal(TLSFiles(authorities: ca), "mqtt://broker")?.hasPrefix("--mqtt-ca: mqtt://broker:1883") == true)
        #expect(try refusal(TLSFiles(certificate: ca)) == "--mqtt-cert: a certificate needs its key: --mqtt-key")
        #expect(try refusal(TLSFiles(key: key)) == "--mqtt-key: a key needs its certificate: --mqtt-cert")
        #expect(try refusal(TLSFiles(authorities: directory.path("no"))) == "--mqtt-ca: there is no such file")
        #expect(try refusal(TLSFiles(authorities: directory.root)) == "--mqtt-ca: it is a directory")
        #expect(try refusal(TLSFiles(authorities: directory.path("large")))?.contains("more than") == true)
        #expect(try refusal(TLSFiles(authorities: directory.path("text")))?.contains("no PEM") == true)
        #expect(try refusal(TLSFiles(certificate: key, key: key))?.hasPrefix("--mqtt-cert: there is no PEM") == true)
        let sealed = TLSFiles(certificate: ca, key: directory.path("sealed"))
        #expect(try refusal(sealed)?.hasPrefix("--mqtt-key: the key is encrypted; decrypt it") == true)
    }

    @Test(arguments: ["", "a/b", "+", "#", "a\n", String(repeating: "x", count: 65)]) func refusesAGroup(name: String)
        throws
    {
        var configuration = try self.configuration("mqtt://broker")
        configuration.share = name
        let refusal = try #require(throws: OptionRefusal.self) { try configuration.check() }
        #expect(refusal.option == "--mqtt-share" && refusal.value == name)
        configuration.share = "hall 7"
        try configuration.check()
    }

    @Test func keepsTheFirstSessionWhereItWas() throws {
        func path(_ url: String, _ isFirst: Bool) throws -> String {
            MQTTSource.sessionPath(databasePath: "/d/t.sqlite", broker: try BrokerURL(parsing: url), isFirst: isFirst)
        }
        #expect(try path("mqtt://a", true) == "/d/t.sqlite.mqtt-session")
        #expect(try path("mqtts://Broker.Example:99", false) == "/d/t.sqlite.mqtt-session-broker.example-99")
        #expect(try path("mqtt://[::1]", false) == "/d/t.sqlite.mqtt-session---1-1883")
    }

    @Test(arguments: [
        ("press-hall.example.org", "press-hall"), ("", "gateway"), (".x", "gateway"), ("a_b", "a_b"), ("hä", "h--"),
        (String(repeating: "x", count: 80), String(repeating: "x", count: 64)),
    ]) func makesAnIDOfAHostName(host: String, expected: String) {
        #expect(GatewayID(hostName: host).description == expected)
        #expect(GatewayID(expected)?.stateTopic == "telemetryd/\(expected)/state")
    }

    @Test func anIDHasNoSlash() {
        for text in ["", "a/b", "a+", "ä", String(repeating: "x", count: 65)] { #expect(GatewayID(text) == nil) }
        #expect(!GatewayID.ofThisHost().description.isEmpty)
    }
}
