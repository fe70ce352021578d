import Foundation
import NIOCore
import NIOHTTP1

/// What is served beside Socket.IO: a page at `/` that loads the client under test, and that client.
struct FrontPage: Sendable {
    private static let page =
        #"<!doctype html><link rel="icon" href="data:,"><title>client</title><script src="/client.js"></script>"#

    private let script: ByteBuffer?

    /// - Parameter client: the file of the client; `nil` for a server that is tried without a browser.
    init(client: String?) throws {
        self.script = try client.map { ByteBuffer(bytes: try Data(contentsOf: URL(fileURLWithPath: $0))) }
    }

    /// The content at a path, with its media type.
    func content(at path: some StringProtocol) -> (type: String, body: ByteBuffer)? {
        switch path {
        case "/": ("text/html; charset=utf-8", ByteBuffer(string: Self.page))
        case "/client.js": self.script.map { ("application/javascript", $0) }
        default: nil
        }
    }
}

/// Answers every request that no Socket.IO server took. On the channel's event loop.
final class FrontPageHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let page: FrontPage
    private var uri = ""

    init(page: FrontPage) { self.page = page }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head): self.uri = head.uri
        case .body: break
        case .end: self.answer(context)
        }
    }

    private func answer(_ context: ChannelHandlerContext) {
        let found = self.page.content(at: self.uri.prefix { $0 != "?" })
        let body = found?.body ?? ByteBuffer()
        var headers: HTTPHeaders = ["Content-Length": "\(body.readableBytes)"]
        if let found { headers.add(name: "Content-Type", value: found.type) }
        let head = HTTPResponseHead(version: .http1_1, status: found == nil ? .notFound : .ok, headers: headers)
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
    }
}
