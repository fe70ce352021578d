import NIOCore
import NIOPosix

/// One TCP connection to the gateway, for tests that care about connections and bytes.
struct WireClient {
    struct Answer: Equatable {
        var status: Int
        /// Names in lower case.
        var headers: [String: String]
        var body: String
    }

    /// What ended a test's wait.
    enum Failure: Error { case closed, malformed }

    let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private let source: Source

    /// Bytes that came and are not used yet. One task at a time.
    private final class Source {
        var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        var bytes: [UInt8] = []
        init(_ iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator) { self.iterator = iterator }
    }

    /// Connects, and closes after `body`.
    static func connect<Result>(
        to address: SocketAddress,
        _ body: (WireClient) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(to: address) {
            channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(WireClient(outbound: outbound, source: Source(inbound.makeAsyncIterator())))
        }
    }

    func send(_ text: String) async throws {
        try await self.outbound.write(ByteBuffer(string: text))
    }

    /// One request and its answer, the connection kept.
    func ask(_ method: String, _ target: String, headers: String = "", body: String = "") async throws -> Answer {
        let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
        try await self.send("\(method) \(target) HTTP/1.1\r\nHost: test\r\n\(headers)\(length)\r\n\(body)")
        return try await self.answer(hasBody: method != "HEAD")
    }

    /// The next answer.
    func answer(hasBody: Bool = true) async throws -> Answer {
        let head = try await self.line(endingWith: Array("\r\n\r\n".utf8))
        var lines = head.split(separator: "\r\n")
        guard let status = Int(lines.removeFirst().split(separator: " ")[1]) else { throw Failure.malformed }
        var headers: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        let length = hasBody && status != 304 && status != 101 ? headers["content-length"].flatMap { Int($0) } ?? 0 : 0
        while self.source.bytes.count < length { try await self.receive() }
        let body = String(decoding: self.source.bytes.prefix(length), as: UTF8.self)
        self.source.bytes.removeFirst(length)
        return Answer(status: status, headers: headers, body: body)
    }

    /// Reads until the peer closes; what came.
    func rest() async throws -> String {
        do { while true { try await self.receive() } } catch {}
        return String(decoding: self.source.bytes, as: UTF8.self)
    }

    private func line(endingWith end: [UInt8]) async throws -> String {
        while true {
            if let range = self.source.bytes.firstRange(of: end) {
                let text = String(decoding: self.source.bytes[..<range.lowerBound], as: UTF8.self)
                self.source.bytes.removeFirst(range.upperBound)
                return text
            }
            try await self.receive()
        }
    }

    private func receive() async throws {
        guard let buffer = try await self.source.iterator.next(isolation: #isolation) else { throw Failure.closed }
        self.source.bytes.append(contentsOf: buffer.readableBytesView)
    }
}
