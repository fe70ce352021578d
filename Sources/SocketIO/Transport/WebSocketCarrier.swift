import NIOCore

enum WebSocketState {
    case open
    /// Our close frame is out; what still comes is not looked at.
    case closing
    case closed
}

/// One WebSocket, whatever carries its bytes: reads frames, answers control frames, closes in order (RFC 6455 section
/// 5.5). What the frames mean is the session's business, which hears of them through the ``WebSocketLink``.
///
/// Of one event loop, the carrier's.
protocol WebSocketCarrier: AnyObject {
    /// Where events go. The link holds the carrier too; ``end()`` breaks the cycle.
    var link: WebSocketLink? { get set }
    var reader: WebSocketFrameReader { get set }
    var state: WebSocketState { get set }
    /// It did not end as it should.
    var isError: Bool { get set }

    /// Open, and not so much waits to leave that more should wait elsewhere.
    var isWritable: Bool { get }
    /// Writes whole frames while open, without flushing.
    func write(_ frames: ByteBuffer)
    func flush()
    /// The socket, while frames may go to it past everything here.
    var laneDescriptor: CInt? { get }
    /// Writes the rest of frames that the socket took in part, without flushing.
    func writeBehind(_ rest: ByteBuffer)
    /// Says whether the kernel holds bytes of the client that were not read yet; `nil` where it cannot be asked. Calls
    /// `answer` before it returns.
    func hasUnreadBytes(_ answer: @escaping @Sendable (Bool?) -> Void)

    /// Closes our half, behind what was written.
    func endOutput()
    /// Closes the connection.
    func disconnect()
    /// The same when the peer has had its time to answer our close frame.
    func disconnectLater()
}

extension WebSocketCarrier {
    // MARK: Inbound

    func received(_ bytes: ByteBuffer) {
        guard self.state == .open else {
            if self.state == .closing { self.skimForClose(bytes) }
            return
        }
        self.reader.append(bytes)
        do {
            while self.state == .open, let event = try self.reader.next() { self.handle(event) }
        } catch {
            self.isError = true
            self.close(error.code)
            self.end()
        }
    }

    private func handle(_ event: WebSocketFrameReader.Event) {
        switch event {
        case .text, .binary: self.link?.received(event)
        case .pong: break
        case .ping(let payload):
            // Answered only while the peer reads: a flood of pings must not queue pongs without a bound.
            guard self.isWritable else { return }
            self.write(WebSocketFrame.make(.pong, payload))
            self.flush()
        case .close(let code):
            self.close(WebSocketFrame.make(.close, code.map { ByteBuffer(integer: $0) } ?? ByteBuffer()))
            self.end()
            self.endOutput()
        }
    }

    /// After our close frame only the peer's is of interest: it ends the connection.
    private func skimForClose(_ bytes: ByteBuffer) {
        self.reader.append(bytes)
        while let event = try? self.reader.next() {
            if case .close = event { self.disconnect() }
        }
    }

    // MARK: The end

    /// Begins the closing handshake.
    func close(_ code: WebSocketCloseCode) { self.close(WebSocketFrame.close(code)) }

    private func close(_ frame: ByteBuffer) {
        guard self.state == .open else { return }
        self.write(frame)
        self.state = .closing
        self.flush()
        self.disconnectLater()
    }

    /// Tells the session once that this WebSocket carries nothing more.
    func end() {
        guard let link = self.link else { return }
        self.link = nil
        link.ended(isError: self.isError)
    }
}
