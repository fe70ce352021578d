import Foundation
import NIOCore
import NIOPosix
import Testing

/// The peer has closed the connection where more was expected.
struct ConnectionEnded: Error {}

/// A TCP connection of a test's own client. One task at a time.
final class RawConnection {
    let channel: any Channel
    private let arrivals: AsyncStream<ByteBuffer>
    private var input = ByteBuffer()

    private init(channel: any Channel, arrivals: AsyncStream<ByteBuffer>) {
        self.channel = channel
        self.arrivals = arrivals
    }

    static func open(_ port: Int) async throws -> RawConnection {
        let (arrivals, continuation) = AsyncStream<ByteBuffer>.makeStream()
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            // Small, so that a client that stops reading is soon felt by the server.
            .channelOption(.socketOption(.so_rcvbuf), value: 16 * 1024)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ArrivalHandler(continuation))
                }
            }
        let channel = try await bootstrap.connect(host: "127.0.0.1", port: port).get()
        return RawConnection(channel: channel, arrivals: arrivals)
    }

    /// Takes nothing more from the socket, but for one read that may be under way.
    func stopReading() async throws { try await self.channel.setOption(.autoRead, value: false).get() }

    func resumeReading() async throws {
        try await self.channel.setOption(.autoRead, value: true).get()
    }

    func write(_ text: String) async throws { try await self.write(ByteBuffer(string: text)) }

    func write(_ bytes: ByteBuffer) async throws { try await self.channel.writeAndFlush(bytes) }

    /// Sends FIN; answers can still come.
    func finishWriting() async throws { try await self.channel.close(mode: .output) }

    /// Ends the connection with a reset.
    func reset() async throws {
        let options = try #require(self.channel as? any SocketOptionProvider)
        try await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        try await self.channel.close()
    }

    func close() { self.channel.close(promise: nil) }

    // MARK: Reading

    private func awaitMore() async throws {
        for await bytes in self.arrivals {
            self.input.discardReadBytes()
            self.input.writeImmutableBuffer(bytes)
            return
        }
        throw ConnectionEnded()
    }

    /// Exactly so many bytes.
    func bytes(_ count: Int) async throws -> ByteBuffer {
        while self.input.readableBytes < count { try await self.awaitMore() }
        return self.input.readSlice(length: count) ?? ByteBuffer()
    }

    /// One line without its CR LF.
    func line() async throws -> String {
        while true {
            if let end = self.input.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
                let line = self.input.readString(length: end - self.input.readerIndex + 1) ?? ""
                return String(line.dropLast())  // CR LF is one character
            }
            try await self.awaitMore()
        }
    }

    /// Returns once the peer has closed, whatever it sent before.
    func awaitEnd() async {
        for await _ in self.arrivals {}
    }
}

private final class ArrivalHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let continuation: AsyncStream<ByteBuffer>.Continuation

    init(_ continuation: AsyncStream<ByteBuffer>.Continuation) { self.continuation = continuation }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.continuation.yield(self.unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) { self.continuation.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
