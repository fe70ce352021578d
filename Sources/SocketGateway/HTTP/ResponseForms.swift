package import HTTPTypes
package import Hummingbird
import NIOCore

extension Response {
    /// A generated document: never kept by caches, because the next one is different.
    package static func document(
        _ bytes: [UInt8],
        contentType: String = ContentType.json,
        status: HTTPResponse.Status = .ok,
        for request: Request
    ) -> Response {
        let headers: HTTPFields = [
            .contentType: contentType,
            .cacheControl: "no-store",
            .contentLength: String(bytes.count),
        ]
        let isHead = request.method == .head
        return Response(
            status: status, headers: headers, body: isHead ? .init() : .init(byteBuffer: .init(bytes: bytes)))
    }

    /// A file, or 304 when the client has it.
    package static func file(_ file: StaticFile, cacheControl: String, for request: Request) -> Response {
        var headers: HTTPFields = [
            .eTag: file.entityTag.headerValue,
            .cacheControl: cacheControl,
        ]
        let known = request.headers[values: .ifNoneMatch].joined(separator: ",")
        guard !file.entityTag.isNamed(by: known) else {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = file.contentType
        headers[.contentLength] = String(file.content.readableBytes)
        let isHead = request.method == .head
        return Response(status: .ok, headers: headers, body: isHead ? .init() : .init(byteBuffer: file.content))
    }
}
