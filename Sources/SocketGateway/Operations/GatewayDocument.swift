package import TelemetryCore

/// The answer of `GET /api/gateway`.
package enum GatewayDocument {
    /// `{"version":…,"epoch":…,"capacity":…,"store":{…},"mqtt":{"host","port","tls","login","topics":[…]}|null,
    /// "sources":[…]}`, store and sources as in `/readyz`.
    ///
    /// - Parameter authority: `Host` of the request.
    package static func json(
        of facts: GatewayFacts,
        directory: MachineDirectory,
        storeIsHealthy: Bool = true,
        storeDetail: String = "",
        sources: [SourceStatus],
        authority: String?
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(text: #"{"version":"#)
        JSONText.write(facts.version, into: &bytes)
        bytes.append(text: #","epoch":"#)
        JSONText.write(directory.epoch.text, into: &bytes)
        bytes.append(text: #","capacity":\#(directory.capacity),"store":"#)
        HealthDocument.write(storeIsHealthy: storeIsHealthy, storeDetail, into: &bytes)
        bytes.append(text: #","mqtt":"#)
        if let broker = facts.broker {
            Self.write(broker, authority, into: &bytes)
        } else {
            bytes.append(text: "null")
        }
        bytes.append(text: #","sources":"#)
        HealthDocument.write(sources, into: &bytes)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private static func write(_ broker: GatewayFacts.Broker, _ authority: String?, into bytes: inout [UInt8]) {
        bytes.append(text: #"{"host":"#)
        JSONText.write(broker.host ?? authority.flatMap(Self.host) ?? "localhost", into: &bytes)
        bytes.append(text: #","port":\#(broker.port),"tls":\#(broker.usesTLS),"login":\#(broker.hasLogin),"topics":["#)
        for (index, topic) in broker.topics.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONText.write(topic, into: &bytes)
        }
        bytes.append(text: "]}")
    }

    /// `gateway.local:3000` without its port; an IPv6 address without its brackets.
    static func host(of authority: String) -> String? {
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            return String(authority[authority.index(after: authority.startIndex)..<end])
        }
        let host = authority.prefix { $0 != ":" }
        return host.isEmpty ? nil : String(host)
    }
}
