import Dispatch
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import SocketIO

/// What the JavaScript clients and python-socketio are tried against, beside reference_server.py: the same events and
/// what else the library offers to clients, on the `SocketIO` product and bare NIO alone. Prints `ready PORT` when it
/// listens; ends in order on SIGTERM.
@main
struct PeerServer {
    private static let sendBufferBytes: SocketOptionValue = 64 * 1024

    static func main() async throws {
        let arguments = Arguments()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
        var logger = Logger(label: "peer") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        let servers = Servers(group: group, arguments: arguments, logger: logger)
        let page = try FrontPage(client: arguments.client)
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // The kernel would take megabytes for a client that does not read: it is our limits that are to be felt.
            // Whatever it accepts inherits this, also a WebSocket that never becomes a channel.
            .serverChannelOption(.socketOption(.so_sndbuf), value: sendBufferBytes)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)
                    try pipeline.addHandler(ByteToMessageHandler(decoder))
                    try pipeline.addHandler(HTTPResponseEncoder())
                    // Three servers on one port: each takes the requests below its path and passes on the others.
                    for server in servers.all { try pipeline.addHandler(server.makeChannelHandler()) }
                    try pipeline.addHandler(FrontPageHandler(page: page))
                }
            }
            .bind(host: "127.0.0.1", port: arguments.port).get()
        for server in servers.all { try await server.adoptWebSockets(acceptedBy: channel) }
        try FileHandle.standardOutput.write(contentsOf: Data("ready \(channel.localAddress?.port ?? 0)\n".utf8))
        await untilTerminated()
        try await channel.close()
        for server in servers.all { await server.shutdown() }
        try await group.shutdownGracefully()
    }

    /// Returns on SIGTERM.
    private static func untilTerminated() async {
        signal(SIGTERM, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGTERM)
        await withCheckedContinuation { continuation in
            source.setEventHandler { continuation.resume() }
            source.activate()
        }
        source.cancel()
    }
}
