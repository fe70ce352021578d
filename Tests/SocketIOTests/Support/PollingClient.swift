import Testing

/// A client on HTTP long-polling: one connection for its GETs, one for its POSTs.
final class PollingClient {
    let gets: RawConnection
    let posts: RawConnection
    let sessionID: String
    let target: String

    private init(gets: RawConnection, posts: RawConnection, sessionID: String, target: String) {
        self.gets = gets
        self.posts = posts
        self.sessionID = sessionID
        self.target = target
    }

    static func open(_ server: TestServer) async throws -> PollingClient {
        let gets = try await RawConnection.open(server.port)
        let target = "\(server.path)?EIO=4&transport=polling"
        let answer = try await gets.request("GET", target)
        try #require(answer.status == 200)
        let sessionID = try #require(answer.body.firstMatch(of: #/^0{"sid":"([^"]+)"/#)?.1)
        let posts = try await RawConnection.open(server.port)
        return PollingClient(
            gets: gets, posts: posts, sessionID: String(sessionID), target: "\(target)&sid=\(sessionID)")
    }

    func post(_ packets: String...) async throws -> HTTPAnswer {
        try await self.posts.request("POST", self.target, body: packets.joined(separator: "\u{1E}"))
    }

    /// Sends a GET without waiting for its answer.
    func beginPoll() async throws { try await self.gets.send("GET", self.target) }

    func poll() async throws -> HTTPAnswer { try await self.gets.request("GET", self.target) }

    /// Joins a namespace.
    /// - Returns: the packets behind the answer.
    func join(_ namespace: String = "") async throws -> [String] {
        #expect(try await self.post("40" + namespace).body == "ok")
        let packets = try await self.poll().packets
        try #require(packets.first?.hasPrefix("40" + namespace) == true)
        return Array(packets.dropFirst())
    }
}
