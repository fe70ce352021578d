package import NIOCore
package import NIOHTTP1

/// Answers the requests of one connection with the files of a page.
package final class PageHandler: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPServerRequestPart
    package typealias OutboundOut = HTTPServerResponsePart

    private let page: Page
    private var request: HTTPRequestHead?

    package init(_ page: Page) { self.page = page }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head): self.request = head
        case .body: break
        case .end:
            guard let request = self.request else { return }
            self.request = nil
            self.answer(request, context)
        }
    }

    private func answer(_ request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let isRead = request.method == .GET || request.method == .HEAD
        let file = isRead ? self.page.file(for: request.uri) : nil
        let status: HTTPResponseStatus = !isRead ? .methodNotAllowed : file == nil ? .notFound : .ok
        let body = file?.bytes ?? ByteBuffer(string: status.reasonPhrase + "\n")
        let headers: HTTPHeaders = [
            "Content-Type": file?.type ?? "text/plain; charset=utf-8",
            "Content-Length": "\(body.readableBytes)",
            "Cache-Control": "no-cache",
        ]
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        if request.method != .HEAD { context.write(self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        let sent = context.writeAndFlush(self.wrapOutboundOut(.end(nil)))
        guard !request.isKeepAlive else { return }
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        sent.whenComplete { _ in context.value.close(promise: nil) }
    }
}
