import NIOCore
import NIOHTTP1

/// A WebSocket's opening handshake as the client's first bytes show it (RFC 9112 sections 3 and 5), read without
/// taking them out of the socket. Strict: whatever is not plainly such a request is left to the HTTP decoder, which
/// reads it from the beginning.
struct UpgradeRequest: Equatable {
    let head: HTTPRequestHead
    /// Bytes that belong to it, with the empty line at its end. WebSocket frames may follow.
    let byteCount: Int

    /// Bytes that are looked at. Browsers send 500 to 1,500, most of it cookies.
    static let bytesMax = 8 * 1024
    static let headersMax = 64

    /// `nil`: not whole, not a GET, with a body, or unusual in any way.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var lines = Lines(rest: bytes)
        guard let first = lines.next(), let uri = Self.target(first) else { return nil }
        var headers: [(String, String)] = []
        headers.reserveCapacity(8)
        while let line = lines.next() {
            if line.isEmpty {
                self.byteCount = bytes.count - lines.rest.count
                self.head = HTTPRequestHead(version: .http1_1, method: .GET, uri: uri, headers: HTTPHeaders(headers))
                return
            }
            guard headers.count < Self.headersMax, let header = Self.header(line) else { return nil }
            headers.append(header)
        }
        return nil
    }

    /// Lines that end with CR LF. A lone CR or LF is in none of them: such bytes are refused where they stand.
    private struct Lines {
        var rest: UnsafeRawBufferPointer

        mutating func next() -> UnsafeRawBufferPointer? {
            guard let end = self.rest.firstIndex(of: UInt8(ascii: "\r")), end + 1 < self.rest.count,
                self.rest[end + 1] == UInt8(ascii: "\n")
            else { return nil }
            let line = UnsafeRawBufferPointer(rebasing: self.rest[..<end])
            self.rest = UnsafeRawBufferPointer(rebasing: self.rest[(end + 2)...])
            return line
        }
    }

    private static func target(_ line: UnsafeRawBufferPointer) -> String? {
        let (before, after) = ("GET ".utf8, " HTTP/1.1".utf8)
        guard line.count > before.count + after.count, line.starts(with: before),
            line.suffix(after.count).elementsEqual(after)
        else { return nil }
        let target = line[before.count..<(line.count - after.count)]
        guard target.first == UInt8(ascii: "/"), target.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        return String(decoding: target, as: UTF8.self)
    }

    private static func header(_ line: UnsafeRawBufferPointer) -> (String, String)? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return nil }
        let name = line[..<colon]
        guard name.allSatisfy(self.isToken) else { return nil }
        var value = line[(colon + 1)...]
        while value.first == 0x20 || value.first == 0x09 { value.removeFirst() }
        while value.last == 0x20 || value.last == 0x09 { value.removeLast() }
        guard value.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }) else { return nil }
        let text = String(decoding: name, as: UTF8.self)
        // A body, or a client that waits for leave to send one.
        if self.leftToDecoder.contains(where: { text.utf8.count == $0.utf8.count && text.lowercased() == $0 }) {
            return nil
        }
        return (text, String(decoding: value, as: UTF8.self))
    }

    private static let leftToDecoder = ["content-length", "transfer-encoding", "expect"]

    /// RFC 9110 section 5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
