import NIOCore
import SocketIO
import Testing

/// A client on one WebSocket.
final class WebSocketClient {
    let connection: RawConnection
    /// Known after the open packet.
    private(set) var sessionID = ""
    /// Known after `join`.
    private(set) var socketID = ""

    private init(connection: RawConnection) { self.connection = connection }

    /// - Parameter sessionID: the polling session this is a candidate of; without it a session is opened.
    static func open(_ server: TestServer, sessionID: String? = nil) async throws -> WebSocketClient {
        try await self.open(port: server.port, path: server.path, sessionID: sessionID)
    }

    static func open(
        port: Int, path: String = "/socket.io/", sessionID: String? = nil, headers: [String] = []
    ) async throws -> WebSocketClient {
        let connection = try await RawConnection.open(port)
        let target = "\(path)?EIO=4&transport=websocket" + (sessionID.map { "&sid=\($0)" } ?? "")
        try await connection.send(
            "GET", target,
            headers: [
                "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ] + headers)
        let client = WebSocketClient(connection: connection)
        let answer = try await connection.answer()
        try #require(answer.status == 101)
        #expect(answer.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        guard sessionID == nil else { return client }
        let open = try await client.text()
        client.sessionID = String(try #require(open.firstMatch(of: #/^0{"sid":"([^"]+)"/#)?.1))
        return client
    }

    func send(_ text: String) async throws { try await self.connection.write(ClientFrame.text(text)) }

    func send(binary: ByteBuffer) async throws { try await self.connection.write(ClientFrame.make(.binary, binary)) }

    /// The next frame: its opcode and its payload.
    func frame() async throws -> (opcode: UInt8, payload: ByteBuffer) {
        var head = try await self.connection.bytes(2)
        let first = head.readInteger(as: UInt8.self) ?? 0
        let short = head.readInteger(as: UInt8.self) ?? 0
        #expect(first & 0x80 != 0 && short & 0x80 == 0, "servers neither fragment nor mask here")
        var length = Int(short)
        if short == 126 {
            var bytes = try await self.connection.bytes(2)
            length = Int(bytes.readInteger(as: UInt16.self) ?? 0)
        } else if short == 127 {
            var bytes = try await self.connection.bytes(8)
            length = Int(bytes.readInteger(as: UInt64.self) ?? 0)
        }
        return (first & 0x0F, try await self.connection.bytes(length))
    }

    /// The next frame, which must be text.
    func text() async throws -> String {
        let (opcode, payload) = try await self.frame()
        try #require(opcode == WebSocketFrame.Opcode.text.rawValue, "opcode \(opcode)")
        return String(buffer: payload)
    }

    /// The texts up to this one, without it.
    func texts(before last: String) async throws -> [String] {
        var texts: [String] = []
        while case let text = try await self.text(), text != last { texts.append(text) }
        return texts
    }

    /// Joins a namespace.
    func join(_ namespace: String = "") async throws {
        try await self.send("40" + namespace)
        let text = try await self.text()
        self.socketID = String(try #require(text.firstMatch(of: #/^40[^{]*{"sid":"([^"]+)"/#)?.1))
    }

    func stopReading() async throws { try await self.connection.stopReading() }

    func resumeReading() async throws { try await self.connection.resumeReading() }

    func close() { self.connection.close() }
}
