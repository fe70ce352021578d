import NIOCore

/// A response as it came.
struct HTTPAnswer: Equatable, Sendable {
    var status: Int
    /// By lower-case name.
    var headers: [String: String]
    var body: String

    /// The packets of a polling body.
    var packets: [String] { self.body.split(separator: "\u{1E}", omittingEmptySubsequences: false).map(String.init) }
}

extension RawConnection {
    /// Sends a request without waiting for its answer.
    func send(_ method: String, _ target: String, headers: [String] = [], body: String? = nil) async throws {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n"
        for header in headers { text += header + "\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
        try await self.write(text + "\r\n" + (body ?? ""))
    }

    func answer() async throws -> HTTPAnswer {
        let status = try await self.line().split(separator: " ")
        var headers: [String: String] = [:]
        while case let line = try await self.line(), !line.isEmpty {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
        let length = headers["content-length"].flatMap(Int.init) ?? 0
        let body = try await self.bytes(length)
        return HTTPAnswer(
            status: status.count > 1 ? Int(status[1]) ?? 0 : 0, headers: headers, body: String(buffer: body))
    }

    func request(
        _ method: String, _ target: String, headers: [String] = [], body: String? = nil
    ) async throws -> HTTPAnswer {
        try await self.send(method, target, headers: headers, body: body)
        return try await self.answer()
    }
}
