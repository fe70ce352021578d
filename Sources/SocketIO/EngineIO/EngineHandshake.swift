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
        return ByteBuffer(
            string:
                "0{\"sid\":\(JSONWriter.quoted(sessionID)),\"upgrades\":[\(list)],\"pingInterval\":\(pingInterval.nanoseconds / 1_000_000)"
                + ",\"pingTimeout\":\(pingTimeout.nanoseconds / 1_000_000),\"maxPayload\":\(maxPayload)}")
    }
}
