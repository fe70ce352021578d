import Logging
import NIOCore
import NIOHTTP1

/// A request that turns the connection into a WebSocket.
extension EngineHTTPHandler {
    func upgrade(
        _ head: HTTPRequestHead, _ connection: EngineConnection?, _ request: HandshakeRequest, id: String?,
        _ context: ChannelHandlerContext
    ) {
        let exchange = self.exchange
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        WebSocketUpgrade.responseHeaders(head, context.channel).whenComplete { result in
            let handler = handler.value
            guard let context = handler.context, handler.owes(exchange) else { return }
            switch result {
            case .failure: handler.refuse(.badRequest, isUpgrade: true)
            case .success(let headers): handler.becomeWebSocket(headers, connection, request, id, head, context)
            }
        }
    }

    private func becomeWebSocket(
        _ headers: HTTPHeaders, _ connection: EngineConnection?, _ request: HandshakeRequest, _ id: String?,
        _ head: HTTPRequestHead, _ context: ChannelHandlerContext
    ) {
        let isNew = connection == nil
        guard let connection = connection ?? self.makeConnection(.websocket, request, id: id, context) else {
            return self.refuse(.badRequest, isUpgrade: true)
        }
        var headers = headers
        headers.add(contentsOf: self.furtherHeaders)
        if isNew, let cookie = self.server.configuration.cookie {
            headers.add(name: "Set-Cookie", value: cookie.header(sessionID: connection.id))
        }
        let deflate = self.server.configuration.perMessageDeflate
        let agreed = deflate == nil ? nil : PerMessageDeflate.accept(offers: head.headers["sec-websocket-extensions"])
        if let agreed { headers.add(name: "Sec-WebSocket-Extensions", value: agreed) }
        let socket = WebSocketHandler(self.server.configuration, takesDeflated: agreed != nil)
        let link = WebSocketLink(
            handler: socket, eventLoop: context.eventLoop, sessionLoop: connection.eventLoop,
            deflateThreshold: agreed == nil ? nil : deflate?.threshold)
        self.answering = .none
        // Across two loops the session must know its candidate before the client can know of the 101, since the client
        // may commit and poll at once (trap 19). On one loop nothing comes between; there the channel goes first.
        let isAnnouncedFirst = !isNew && !link.isLocal
        if isAnnouncedFirst { connection.onLoop { $0.candidateArrived(link) } }
        do {
            try WebSocketUpgrade.replacePipeline(of: context, by: socket, link: link, headers: headers)
        } catch {
            self.server.logger.debug("WebSocket upgrade failed", metadata: ["error": "\(error)"])
            link.ended(isError: true)
            context.close(promise: nil)
            return
        }
        if isNew {
            connection.opened(on: link)
            self.server.open(connection)
        } else if !isAnnouncedFirst {
            connection.candidateArrived(link)
        }
    }
}
