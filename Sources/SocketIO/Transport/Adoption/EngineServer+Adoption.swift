public import NIOCore
import NIOHTTP1

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// WebSockets at the door: a connection whose first bytes are a WebSocket's opening handshake, which the server would
/// accept, never becomes a channel. It costs a third of the memory and of the time to come. All others go the usual
/// way, untouched: refusals, polling, other paths, odd requests, and everything where the application wants to decide
/// or to wait.
extension EngineServer {
    /// Looks at the connections that `listener` accepts from now on, before any handler does. With
    /// ``EngineConfiguration/sendsDirectly`` and on Linux; without, it does nothing. Adopted sockets have the options
    /// of the listening socket, and none that are set for its children.
    /// - Parameter listener: a listening channel of NIO's sockets on one of the server's event loops; nothing may lie
    ///   between its connections and HTTP, so no TLS.
    public func adoptWebSockets(acceptedBy listener: any Channel) async throws {
        #if os(Linux)
            guard self.configuration.sendsDirectly, self.startWatching() else { return }
            try await listener.eventLoop.submit {
                try listener.pipeline.syncOperations.addHandler(SocketAdopter(self), position: .first)
            }.get()
            // A connection is shown to us when its first bytes are there. Where the system cannot do that, they mostly
            // are not, and the connection goes the usual way.
            if let options = listener as? any SocketOptionProvider {
                _ = options.unsafeSetSocketOption(
                    level: .tcp, name: NIOBSDSocket.Option(rawValue: TCP_DEFER_ACCEPT), value: Self.deferSeconds)
            }
        #endif
    }

    #if os(Linux)
        /// Seconds after which a connection is accepted although its client has said nothing.
        private static let deferSeconds: CInt = 1

        /// Takes the connection if it can; on its event loop, before it is registered there.
        func adopt(_ child: any Channel, on loop: EngineLoop) -> Bool {
            let pipeline = child.pipeline.syncOperations
            let handle = try? pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
            guard let handle, let asked = self.question(handle, loop) else { return false }
            let request = HandshakeRequest(
                asked.head, asked.query, address: child.remoteAddress?.ipAddress ?? "")
            guard let session = self.session(for: asked, request, loop), let watcher = self.watcher,
                let headers = WebSocketUpgrade.headersNow(asked.head, child)
            else { return false }
            let descriptor = fcntl(handle, F_DUPFD_CLOEXEC, 0)
            let token = loop.reserveAdopted()
            guard descriptor >= 0, watcher.add(descriptor, token) else {
                if descriptor >= 0 { close(descriptor) }
                loop.removeAdopted(token)
                return false
            }
            child.close(promise: nil)
            // Out of the socket: what comes behind it are frames.
            let count = recv(descriptor, loop.readScratch.baseAddress, asked.byteCount, 0)
            assert(count == asked.byteCount)
            self.begin(asked, session, headers: headers, descriptor: descriptor, token: token, loop)
            return true
        }

        /// A request that may be for us, and what it says.
        private struct Question {
            let head: HTTPRequestHead
            let byteCount: Int
            let query: EngineQuery
            /// `nil`: it asks for a session.
            let session: EngineConnection?
        }

        private enum Session {
            case known(EngineConnection)
            case new(EngineConnection)
        }

        private func question(_ handle: CInt, _ loop: EngineLoop) -> Question? {
            let scratch = UnsafeMutableRawBufferPointer(rebasing: loop.readScratch[..<UpgradeRequest.bytesMax])
            let count = recv(handle, scratch.baseAddress, scratch.count, CInt(MSG_PEEK) | CInt(MSG_DONTWAIT))
            guard count > 0 else { return nil }
            let bytes = UnsafeRawBufferPointer(rebasing: scratch[..<count])
            guard let request = UpgradeRequest(bytes), self.handles(uri: request.head.uri),
                EngineHTTPHandler.isWebSocketUpgrade(request.head), !EngineHTTPHandler.hasIllegalOrigin(request.head)
            else { return nil }
            let query = EngineQuery(uri: request.head.uri)
            let verdict = EngineRequest(method: .get, isUpgrade: true, hasIllegalOrigin: false, query: query)
                .verify(transports: self.configuration.transports)
            switch verdict {
            case .handshake(.websocket) where query.protocolVersion == "4" && self.decidesAlone:
                return Question(head: request.head, byteCount: request.byteCount, query: query, session: nil)
            case .session(let id, .websocket):
                guard let session = self.session(id) else { return nil }
                return Question(head: request.head, byteCount: request.byteCount, query: query, session: session)
            default: return nil
            }
        }

        /// Nobody else is to be asked about a handshake.
        private var decidesAlone: Bool {
            let configuration = self.configuration
            return configuration.allowRequest == nil && configuration.authorize == nil
                && configuration.makeSessionID == nil && configuration.generateID == nil
        }

        private func session(for asked: Question, _ request: HandshakeRequest, _ loop: EngineLoop) -> Session? {
            if let session = asked.session { return .known(session) }
            guard self.hasRoom(for: request.address), !self.isShuttingDown, let id = self.makeID(request) else {
                return nil
            }
            return .new(
                EngineConnection(server: self, engineLoop: loop, id: id, transport: .websocket, request: request))
        }

        /// As ``EngineHTTPHandler`` does it.
        private func begin(
            _ asked: Question, _ session: Session, headers: HTTPHeaders, descriptor: CInt, token: SocketWatcher.Token,
            _ loop: EngineLoop
        ) {
            let (connection, isNew) =
                switch session {
                case .known(let connection): (connection, false)
                case .new(let connection): (connection, true)
                }
            let deflate = self.configuration.perMessageDeflate
            let agreed =
                deflate == nil
                ? nil : PerMessageDeflate.accept(offers: asked.head.headers["sec-websocket-extensions"])
            let socket = AdoptedWebSocket(
                descriptor: descriptor, token: token, engineLoop: loop, server: self, takesDeflated: agreed != nil)
            let link = WebSocketLink(
                handler: socket, eventLoop: loop.eventLoop, sessionLoop: connection.eventLoop,
                deflateThreshold: agreed == nil ? nil : deflate?.threshold)
            socket.link = link
            self.adoptedSocketOpened()
            loop.putAdopted(socket, at: token)
            let isAnnouncedFirst = !isNew && !link.isLocal
            if isAnnouncedFirst { connection.onLoop { $0.candidateArrived(link) } }
            socket.write(WebSocketUpgrade.answer(self.answerHeaders(asked, headers, connection, isNew, agreed)))
            if isNew {
                connection.opened(on: link)
                self.open(connection)
            } else {
                socket.flush()
                if !isAnnouncedFirst { connection.candidateArrived(link) }
            }
        }

        private func answerHeaders(
            _ asked: Question, _ headers: HTTPHeaders, _ connection: EngineConnection, _ isNew: Bool, _ agreed: String?
        ) -> HTTPHeaders {
            var headers = headers
            if EngineHTTPHandler.isOldExplorer(asked.head) { headers.add(name: "X-XSS-Protection", value: "0") }
            if let cors = self.configuration.cors { headers.add(contentsOf: cors.headers(for: asked.head)) }
            if isNew, let cookie = self.configuration.cookie {
                headers.add(name: "Set-Cookie", value: cookie.header(sessionID: connection.id))
            }
            if let agreed { headers.add(name: "Sec-WebSocket-Extensions", value: agreed) }
            return headers
        }
    #endif
}
