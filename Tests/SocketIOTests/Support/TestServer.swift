import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import SocketIO

/// A server on a free port of the loopback interface, with two event loops of its own.
final class TestServer: Sendable {
    let io: Server
    let port: Int
    let path = "/socket.io/"

    private init(io: Server, port: Int) {
        self.io = io
        self.port = port
    }

    /// Returns when both event loops have done what they were given until now.
    func settle() async {
        let log = EventLog()
        self.io.of("/").onEachEventLoop { _ in log.record("done") }
        _ = await log.take(2)
    }

    /// Runs `body` beside a server, and stops it afterwards, whatever happened.
    /// - Parameter allowsHalfClosure: as some HTTP servers have it: a FIN is an event and not the end.
    static func run(
        allowsHalfClosure: Bool = false, configure: (inout Server.Configuration) -> Void = { _ in },
        _ body: (TestServer) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        var configuration = Server.Configuration()
        // The same tests for the fast way out: `make test-swift` runs them twice.
        configuration.engine.sendsDirectly = ProcessInfo.processInfo.environment["SOCKETIO_SENDS_DIRECTLY"] == "1"
        if configuration.engine.sendsDirectly { configuration.engine.mergeWindow = .milliseconds(16) }
        // A pause would let messages wait for a client that is not slow at all.
        configuration.engine.pauseAfterLone = .zero
        // Few of the clients here answer a close frame, and the end waits for those that are adopted.
        configuration.engine.closeHandshakeTimeout = .milliseconds(100)
        configure(&configuration)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let io = Server(eventLoopGroup: group, configuration: configuration, logger: logger)
        let channel = try await ServerBootstrap(group: group)
            .childChannelOption(.allowRemoteHalfClosure, value: allowsHalfClosure)
            // Inherited by all that it accepts, also by sockets that never become channels.
            .serverChannelOption(.socketOption(.so_sndbuf), value: 16 * 1024)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)
                    try pipeline.addHandler(ByteToMessageHandler(decoder))
                    try pipeline.addHandler(HTTPResponseEncoder())
                    try pipeline.addHandler(io.makeChannelHandler())
                    try pipeline.addHandler(PathEchoHandler())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        try await io.adoptWebSockets(acceptedBy: channel)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(TestServer(io: io, port: channel.localAddress?.port ?? 0)))
        } catch {
            result = .failure(error)
        }
        await io.shutdown()
        try await channel.close()
        try await group.shutdownGracefully()
        try result.get()
    }
}

/// Who sits behind the engine in the pipeline: answers 200 with the path that was asked for.
final class PathEchoHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private var uri = ""

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head): self.uri = head.uri
        case .body: break
        case .end:
            let headers: HTTPHeaders = ["Content-Length": "\(self.uri.utf8.count)"]
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
            context.write(self.wrapOutboundOut(.head(head)), promise: nil)
            context.write(self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: self.uri)))), promise: nil)
            context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
