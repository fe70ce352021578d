import Testing

@testable import Ingest

@Suite struct BrokerURLTests {
    struct Example: CustomTestStringConvertible {
        let text: String
        let host: String
        let port: UInt16
        var user: String?
        var password: String?
        var usesTLS = false
        let redacted: String

        var testDescription: String { self.text }
    }

    static let good: [Example] = [
        Example(text: "mqtt://localhost", host: "localhost", port: 1883, redacted: "mqtt://localhost:1883"),
        Example(
            text: "MQTT://Broker.Plant:1884/", host: "Broker.Plant", port: 1884, redacted: "mqtt://Broker.Plant:1884"),
        Example(text: "mqtts://broker", host: "broker", port: 8883, usesTLS: true, redacted: "mqtts://broker:8883"),
        Example(text: "mqtt://[::1]", host: "::1", port: 1883, redacted: "mqtt://[::1]:1883"),
        Example(text: "mqtt://[fe80::1]:65535", host: "fe80::1", port: 65535, redacted: "mqtt://[fe80::1]:65535"),
        Example(text: "mqtt://kim@h", host: "h", port: 1883, user: "kim", redacted: "mqtt://h:1883"),
        Example(text: "mqtt://kim:@h", host: "h", port: 1883, user: "kim", password: "", redacted: "mqtt://h:1883"),
        Example(
            text: "mqtt://k%40m:p%3Aw%25:x@h:1", host: "h", port: 1, user: "k@m", password: "p:w%:x",
            redacted: "mqtt://h:1"),
        Example(
            text: "mqtt://kim:a@b@[::1]:1", host: "::1", port: 1, user: "kim", password: "a@b",
            redacted: "mqtt://[::1]:1"),
        Example(text: "mqtt://k%C3%B6@h", host: "h", port: 1883, user: "kö", redacted: "mqtt://h:1883"),
    ]

    @Test(arguments: good) func readsURL(example: Example) throws {
        let url = try BrokerURL(parsing: example.text)
        #expect(url.host == example.host)
        #expect(url.port == example.port)
        #expect(url.user == example.user)
        #expect(url.password == example.password)
        #expect(url.usesTLS == example.usesTLS)
        #expect(url.redacted == example.redacted)
    }

    @Test(arguments: [
        "", "localhost", "http://localhost", "mqtt:/localhost", "mqtt://", "mqtt://:1883", "mqtt://@host",
        "mqtt://:secret@host", "mqtt://h:0", "mqtt://h:65536", "mqtt://h:+1", "mqtt://h:", "mqtt://h:x", "mqtt://h:1:2",
        "mqtt://::1", "mqtt://[::1", "mqtt://[::1]x", "mqtt://[::1]:", "mqtt://[host]", "mqtt://[]", "mqtt://h/topic",
        "mqtt://h?x", "mqtt://h#x", "mqtt://a b", "mqtt://k%4@h", "mqtt://k%zz@h", "mqtt://k:%FF@h", "mqtt://k:%00@h",
    ]) func refusesURL(text: String) {
        #expect(throws: BrokerURL.ParseError.self) { try BrokerURL(parsing: text) }
    }

    @Test func errorsAreOneLineWithoutThePassword() {
        do {
            _ = try BrokerURL(parsing: "mqtt://kim:hunter2@host:99999")
            Issue.record("must not be accepted")
        } catch {
            #expect(!error.description.contains("hunter2"))
            #expect(!error.description.contains("\n"))
        }
    }
}
