import TelemetryCore

/// The bodies of `/healthz` and `/readyz`.
package enum HealthDocument {
    /// The process answers: that is all `/healthz` says.
    package static let alive = Array(#"{"status":"ok"}"#.utf8)

    /// Whether store and sources work, and the document that says so for each. `storeDetail`: what is wrong with the
    /// store, one line; empty when nothing is.
    package static func readiness(
        storeIsHealthy: Bool,
        storeDetail: String = "",
        sources: [SourceStatus]
    ) -> (isReady: Bool, json: [UInt8]) {
        let isReady = storeIsHealthy && sources.allSatisfy(\.isWorking)
        var bytes: [UInt8] = []
        bytes.append(text: #"{"status":"\#(isReady ? "ok" : "unavailable")","store":"#)
        Self.write(storeIsHealthy: storeIsHealthy, storeDetail, into: &bytes)
        bytes.append(text: #","sources":"#)
        Self.write(sources, into: &bytes)
        bytes.append(UInt8(ascii: "}"))
        return (isReady, bytes)
    }

    /// `{"ok":…,"detail":…}`
    static func write(storeIsHealthy: Bool, _ detail: String, into bytes: inout [UInt8]) {
        bytes.append(text: #"{"ok":\#(storeIsHealthy)"#)
        if !detail.isEmpty {
            bytes.append(text: #","detail":"#)
            JSONText.write(detail, into: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// `[{"name":…,"ok":…,"detail":…,"since":…},…]`
    static func write(_ sources: [SourceStatus], into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        for (index, source) in sources.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(text: #"{"name":"#)
            JSONText.write(source.name, into: &bytes)
            bytes.append(text: #","ok":\#(source.isWorking),"detail":"#)
            JSONText.write(source.detail, into: &bytes)
            if let since = source.since { bytes.append(text: #","since":"\#(since.iso8601)""#) }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "]"))
    }
}
