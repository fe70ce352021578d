import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import SocketIO

@testable import SocketGateway

typealias HTTPChannelHandlerResponder = HTTPChannelHandler.Responder

/// Pieces for tests of ``GatewayChannel`` without Hummingbird's server around it.
enum SocketServer {
    static func make() -> SocketIO.Server {
        SocketIO.Server(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: Logger(label: "test"))
    }

    /// Listens on a free port; `body` gets what was set up for the first connection.
    static func accept(
        _ channel: GatewayChannel,
        _ body: (@escaping () async throws -> GatewayChannel.Value, SocketAddress) async throws -> Void
    ) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { connection in
                channel.setup(channel: connection, logger: Logger(label: "test"))
            }
        try await server.executeThenClose { inbound in
            var iterator = inbound.makeAsyncIterator()
            var first: GatewayChannel.Value?
            guard let address = server.channel.localAddress else { throw WireClient.Failure.closed }
            try await body(
                {
                    if let first { return first }
                    guard let value = try await iterator.next(isolation: #isolation) else {
                        throw WireClient.Failure.closed
                    }
                    first = value
                    return value
                },
                address
            )
        }
    }

    /// The names of the handlers in a channel's pipeline.
    static func handlers(of channel: any Channel) async throws -> [String] {
        try await channel.eventLoop.submit { channel.pipeline.debugDescription.split(separator: "\n").map(String.init) }
            .get()
    }
}
