import Foundation
import TelemetryCore
import Testing

@testable import Ingest

/// Against a real mosquitto that wants client certificates: what is wrong is told in words.
@Suite(.timeLimit(.minutes(1))) struct MQTTTLSTests {
    /// A broker with listeners for TLS beside the plain one.
    private struct Place {
        let world: SourceWorld
        let certificates: TestCertificates
        let good: UInt16
        /// Its certificate is for another host.
        let elsewhere: UInt16
        /// Its certificate has expired.
        let expired: UInt16

        init() async throws {
            let directory = try TemporaryDirectory()
            let certificates = TestCertificates(in: directory)
            try await certificates.makeAuthority("ca")
            try await certificates.makeAuthority("other")
            try await certificates.make("broker", by: "ca")
            try await certificates.make("elsewhere", by: "ca", host: "broker.example")
            try await certificates.make("expired", by: "ca", days: -1)
            try await certificates.make("client", by: "ca")
            try await certificates.make("stranger", by: "other")
            let ports = (try TestBroker.freePort(), try TestBroker.freePort(), try TestBroker.freePort())
            func listener(_ port: UInt16, _ name: String) -> String {
                """
                listener \(port) 127.0.0.1
                cafile \(certificates.certificate("ca"))
                certfile \(certificates.certificate(name))
                keyfile \(certificates.key(name))
                require_certificate true

                """
            }
            let listeners = listener(ports.0, "broker") + listener(ports.1, "elsewhere") + listener(ports.2, "expired")
            self.world = try SourceWorld(brokerConfiguration: "max_queued_messages 0\n" + listeners)
            self.certificates = certificates
            (self.good, self.elsewhere, self.expired) = ports
            try await self.world.broker.start()
        }

        func files(_ authority: String?, _ client: String?, key: String? = nil) -> TLSFiles {
            TLSFiles(
                authorities: authority.map(self.certificates.certificate),
                certificate: client.map(self.certificates.certificate),
                key: (key ?? client).map(self.certificates.key)
            )
        }
    }

    /// Many at once: what OpenSSL has already decrypted shows on no socket.
    @Test(arguments: MQTTVersion.allCases) func takesReadingsWithAClientCertificate(version: MQTTVersion) async throws {
        let place = try await Place()
        let (count, path) = (2000, place.world.directory.path("lines"))
        try (1...count).map { "\($0)\n" }.joined().write(toFile: path, atomically: true, encoding: .utf8)
        let files = place.files("ca", "client")
        try files.check()
        try await place.world.withSource(
            url: "mqtts://localhost:\(place.good)",
            configure: {
                $0.tls = files
                $0.version = version
            },
            { source in
                try await place.world.events.first { $0 == .connected }
                try await place.world.broker.publishLines("machines/a/rpm", file: path)
                try await place.world.committed.first { $0.sequence == 2000 }
                #expect(source.status.detail == "connected to mqtts://localhost:\(place.good)")
            }
        )
        await place.world.end()
    }

    @Test func saysWhatIsWrongWithACertificate() async throws {
        let place = try await Place()
        let unknown = "signed by an unknown authority"
        let cases: [(UInt16, TLSFiles, String)] = [
            (place.good, place.files("other", "client"), unknown),
            // The system's authorities, with and without a certificate of ours.
            (place.good, place.files(nil, nil), unknown),
            (place.good, place.files(nil, "client"), unknown),
            (place.elsewhere, place.files("ca", "client"), "for another host than the one in --mqtt"),
            (place.expired, place.files("ca", "client"), "the broker's certificate has expired"),
            (place.good, place.files("ca", "expired"), "our certificate (--mqtt-cert) has expired"),
            (place.good, place.files("ca", "stranger"), "does not know the authority that signed our certificate"),
            (place.good, place.files("ca", nil), "wants a client certificate"),
            (place.good, place.files("ca", "client", key: "stranger"), "--mqtt-key is not the key of --mqtt-cert"),
            (place.world.broker.port, place.files("ca", "client"), "does it speak TLS on this port?"),
        ]
        for (port, files, expected) in cases {
            let (start, before) = (place.world.events.count, place.world.reasons.count)
            try await place.world.withSource(
                url: "mqtts://localhost:\(port)",
                configure: { $0.tls = files },
                { source in
                    // The broker's verdict on our certificate may be lost with the connection (TLS 1.3 lets us talk
                    // before it comes); another attempt brings it.
                    try await place.world.events.first(from: start) { $0 == .failed(.certificate, announced: true) }
                    #expect(!source.status.isConnected)
                }
            )
            let told = place.world.reasons.all.dropFirst(before)
            #expect(told.contains { $0.contains(expected) }, "\(told) instead of \(expected)")
        }
        await place.world.end()
    }
}
