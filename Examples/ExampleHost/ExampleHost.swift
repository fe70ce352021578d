import Logging
import NIOCore
import NIOHTTP1
package import SocketIO

/// What the Socket.IO examples share: one port that serves the page, the browser client and a Socket.IO server.
package struct ExampleHost {
    /// The Socket.IO server of the example.
    package let io: Server
    private let page: Page
    private let listener: Listener

    /// - Parameters:
    ///   - port: where to listen, unless `PORT` in the environment says otherwise.
    ///   - source: a file of the example; its page is in the folder `page` beside it.
    package init(port: Int, source: String = #filePath) throws {
        self.page = try Page(besides: source)
        self.listener = Listener(port: port)
        var configuration = Server.Configuration()
        configuration.engine.passedOnPaths = [Page.clientPath]
        let logger = Logger(label: "example") { StreamLogHandler.standardError(label: $0) }
        self.io = Server(eventLoopGroup: self.listener.group, configuration: configuration, logger: logger)
    }

    /// Serves until SIGINT or SIGTERM.
    package func run() async throws {
        let (io, page) = (self.io, self.page)
        try await self.listener.run { channel in
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)))
            try pipeline.addHandler(HTTPResponseEncoder())
            try pipeline.addHandler(io.makeChannelHandler())
            try pipeline.addHandler(PageHandler(page))
        } beforeEnd: {
            await io.shutdown()
        }
    }
}
