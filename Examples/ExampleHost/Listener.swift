import Dispatch
import Foundation
package import NIOCore
import NIOPosix

/// One listening port, until the process is told to end.
package struct Listener {
    /// One event loop: all handlers of an example run on one thread, one after the other, as they do in Node. With
    /// more of them two people can come in at the same moment, and what is announced of both can arrive in either
    /// order.
    package let group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton.next()
    private let port: Int

    /// - Parameter port: where to listen unless the environment says otherwise: `PORT` (0: any free one) and `HOST`.
    package init(port: Int) {
        self.port = port
    }

    /// Listens, says so on standard output, and returns when SIGINT or SIGTERM has come and `beforeEnd` is done.
    package func run(
        _ initialize: @escaping @Sendable (any Channel) throws -> Void, beforeEnd: () async -> Void = {}
    ) async throws {
        let (signals, told) = AsyncStream.makeStream(of: Void.self)
        let sources = Self.onEndSignal { told.finish() }
        defer { for source in sources { source.cancel() } }
        let environment = ProcessInfo.processInfo.environment
        let host = environment["HOST"] ?? "127.0.0.1"
        let server = try await ServerBootstrap(group: self.group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try initialize(channel) }
            }
            .bind(host: host, port: environment["PORT"].flatMap(Int.init) ?? self.port).get()
        let address = "http://\(host):\(server.localAddress?.port ?? 0)"
        FileHandle.standardOutput.write(Data("\(ProcessInfo.processInfo.processName) listening on \(address)\n".utf8))
        for await _ in signals {}
        try await server.close()
        await beforeEnd()
    }

    /// From now on these signals call `body` instead of ending the process.
    private static func onEndSignal(_ body: @escaping @Sendable () -> Void) -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler(handler: body)
            source.resume()
            return source
        }
    }
}
