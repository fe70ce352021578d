import Testing

@testable import SocketGateway

@Suite struct HealthDocumentTests {
    @Test func readyOnlyWhenEverythingWorks() {
        let good = SourceStatus(name: "simulator", isWorking: true, detail: "2 machines")
        let bad = SourceStatus(name: "mqtt", isWorking: false, detail: "\"away\"")
        #expect(HealthDocument.readiness(storeIsHealthy: true, sources: [good]).isReady)
        #expect(!HealthDocument.readiness(storeIsHealthy: false, sources: [good]).isReady)
        let (isReady, json) = HealthDocument.readiness(storeIsHealthy: true, sources: [good, bad])
        #expect(!isReady)
        #expect(
            String(decoding: json, as: UTF8.self)
                == #"{"status":"unavailable","store":{"ok":true},"sources":["#
                + #"{"name":"simulator","ok":true,"detail":"2 machines"},"#
                + #"{"name":"mqtt","ok":false,"detail":"\"away\""}]}"#
        )
        let full = HealthDocument.readiness(storeIsHealthy: false, storeDetail: "disk is \"full\"", sources: [])
        #expect(
            String(decoding: full.json, as: UTF8.self)
                == #"{"status":"unavailable","store":{"ok":false,"detail":"disk is \"full\""},"sources":[]}"#
        )
    }
}
