package import NIOCore

/// The content of the `open` packet (engine.io-protocol v4, "Handshake"): exactly these five keys, in this order.
package enum EngineHandshake {
    /// - Parameters:
    ///   - upgrades: `["websocket"]` on polling when upgrades are allowed, else empty.
    ///   - maxPayload: bytes of one polling body or one WebSocket message.
    package static func openPacket(
        sessionID: String, upgrades: [EngineTransport], pingInterval: TimeAmount, pingTimeout: TimeAmount,
        maxPayload: Int
    ) -> ByteBuffer {
        let list = upgrades.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
        let interval = pingInterval.nanoseconds / 1_000_000
        let timeout = pingTimeout.nanoseconds / 1_000_000
        return ByteBuffer(
            string: "0{\"sid\":\(JSONWriter.quoted(sessionID)),\"upgrades\":[\(list)],\"pingInterval\":\(interval)"
                + ",\"pingTimeout\":\(timeout),\"maxPayload\":\(maxPayload)}"
        )
    }
}
