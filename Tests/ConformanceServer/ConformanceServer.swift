import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import SocketIO

/// The server that the official protocol suites are run against (see `socketio.md`, section 0), on the `SocketIO`
/// product and bare NIO alone. `PORT` (default 3000) and `SUITE=engine|socket` (default socket) come from the
/// environment.
@main
struct ConformanceServer {
    static func main() async throws {
        let environment = Environment()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
        let logger = Logger(label: "conformance") { StreamLogHandler.standardError(label: $0) }
        let makeHandler =
            environment.isEngineSuite
            ? engineSuite(group, logger) : socketSuite(group, logger)
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)
                    try pipeline.addHandler(ByteToMessageHandler(decoder))
                    try pipeline.addHandler(HTTPResponseEncoder())
                    try pipeline.addHandler(makeHandler())
                    try pipeline.addHandler(NotFoundHandler())
                }
            }
            .bind(host: "127.0.0.1", port: environment.port).get()
        logger.info("listening", metadata: ["address": "\(channel.localAddress?.description ?? "")"])
        try await channel.closeFuture.get()
    }

    static func engineConfiguration(path: String) -> EngineConfiguration {
        var configuration = EngineConfiguration()
        configuration.path = path
        configuration.pingInterval = .milliseconds(300)
        configuration.pingTimeout = .milliseconds(200)
        configuration.maxPayload = 1_000_000
        return configuration
    }

    /// Echoes every message.
    static func engineSuite(_ group: any EventLoopGroup, _ logger: Logger) -> @Sendable () -> any ChannelHandler {
        let configuration = engineConfiguration(path: "/engine.io/")
        let server = EngineServer(eventLoopGroup: group, configuration: configuration, logger: logger)
        server.onConnection { connection in
            connection.onMessage { connection.send($0) }
        }
        return { server.makeChannelHandler() }
    }

    /// The handlers that the Socket.IO suite expects on `/` and `/custom`.
    static func socketSuite(_ group: any EventLoopGroup, _ logger: Logger) -> @Sendable () -> any ChannelHandler {
        var configuration = Server.Configuration()
        configuration.engine = engineConfiguration(path: "/socket.io/")
        configuration.connectTimeout = .milliseconds(1000)
        let io = Server(eventLoopGroup: group, configuration: configuration, logger: logger)
        for name in ["/", "/custom"] {
            io.of(name).onConnection { socket in
                socket.emit("auth", .object(socket.handshake.auth))
                socket.on("message") { socket.emit("message-back", arguments: $0.arguments) }
                socket.on("message-with-ack") { $0.acknowledge(arguments: $0.arguments) }
            }
        }
        return { io.makeChannelHandler() }
    }
}

/// Everything outside the server's path.
final class NotFoundHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = self.unwrapInboundIn(data) else { return }
        let head = HTTPResponseHead(version: .http1_1, status: .notFound, headers: ["Content-Length": "0"])
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
    }
}
