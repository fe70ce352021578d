import NIOCore
import SocketIO
import Testing

@Suite struct EngineRequestTests {
    private static func verdict(
        _ query: String, _ method: EngineRequest.Method = .get, isUpgrade: Bool = false, origin: Bool = false,
        transports: Set<EngineTransport> = [.polling, .websocket]
    ) -> EngineRequest.Verdict {
        let request = EngineRequest(
            method: method, isUpgrade: isUpgrade, hasIllegalOrigin: origin, query: EngineQuery(uri: "/x/?" + query))
        return request.verify(transports: transports)
    }

    @Test func goodRequests() {
        #expect(Self.verdict("EIO=4&transport=polling") == .handshake(.polling))
        #expect(Self.verdict("EIO=4&transport=websocket", isUpgrade: true) == .handshake(.websocket))
        #expect(Self.verdict("EIO=4&transport=polling&sid=a", .post) == .session(id: "a", .polling))
        #expect(
            Self.verdict("transport=websocket&sid=a", isUpgrade: true) == .session(id: "a", .websocket))
    }

    @Test func oneFaultEach() {
        #expect(Self.verdict("EIO=4") == .refuse(.transportUnknown))
        #expect(Self.verdict("EIO=4&transport=abc") == .refuse(.transportUnknown))
        #expect(Self.verdict("EIO=4&transport=Polling") == .refuse(.transportUnknown))
        #expect(Self.verdict("EIO=4&transport=polling", transports: [.websocket]) == .refuse(.transportUnknown))
        #expect(Self.verdict("EIO=4&transport=polling", origin: true) == .refuse(.badRequest))
        #expect(Self.verdict("EIO=4&transport=polling", .post) == .refuse(.badHandshakeMethod))
        #expect(Self.verdict("EIO=4&transport=polling", .options) == .refuse(.badHandshakeMethod))
        #expect(Self.verdict("EIO=4&transport=polling", .other) == .refuse(.badHandshakeMethod))
        #expect(Self.verdict("EIO=4&transport=websocket") == .refuse(.badRequest))
    }

    /// The first fault in the order transport, Origin, session, method, upgrade decides the code.
    @Test func theOrderOfTheChecks() {
        #expect(Self.verdict("transport=abc&sid=x", .post, origin: true) == .refuse(.transportUnknown))
        #expect(Self.verdict("transport=polling&sid=x", .post, origin: true) == .refuse(.badRequest))
        #expect(Self.verdict("transport=websocket&sid=x", .other) == .session(id: "x", .websocket))
        #expect(Self.verdict("transport=websocket", .post) == .refuse(.badHandshakeMethod))
        #expect(
            Self.verdict("transport=polling&EIO=3") == .handshake(.polling), "the version is the caller's last check")
    }

    @Test(arguments: [
        ("EIO=4", true), ("EIO=3", false), ("", false), ("EIO=44", false), ("EIO=abc", false), ("eio=4", false),
    ])
    func trap22_aMissingVersionIsNotFour(_ query: String, _ isFour: Bool) {
        let request = EngineRequest(
            method: .get, isUpgrade: false, hasIllegalOrigin: false, query: EngineQuery(uri: "/?" + query))
        #expect(request.speaksVersion4 == isFour)
    }

    @Test(arguments: ["", "__proto__", "a b", "é", String(repeating: "x", count: 1_000_000)])
    func trap27_anySessionIDIsJustAString(_ id: String) {
        let encoded = id.replacing(" ", with: "%20")
        #expect(Self.verdict("transport=polling&sid=\(encoded)") == .session(id: id, .polling))
    }
}

@Suite struct EngineQueryTests {
    private static func pairs(_ uri: String) -> [String] {
        EngineQuery(uri: uri).parameters.map { "\($0.name)=\($0.value)" }
    }

    @Test(
        arguments: [
            ("/x/", []), ("/x/?", []), ("/x/?a", ["a="]), ("/x/?a=", ["a="]), ("/x/?=b", ["=b"]),
            ("/x/?a=b=c", ["a=b=c"]),
            ("/x/?a=1&b=2&a=3", ["a=1", "b=2", "a=3"]), ("/x/?&&a=1&&", ["a=1"]), ("/x/?a=1?b=2", ["a=1?b=2"]),
            ("/x/?a=%41%62", ["a=Ab"]), ("/x/?%61=1", ["a=1"]), ("/x/?a=b+c", ["a=b c"]), ("/x/?a=%2B", ["a=+"]),
            ("/x/?a=%e2%82%ac", ["a=€"]), ("/x/?a=%E2%82%AC", ["a=€"]), ("/x/?a=%", ["a=%"]), ("/x/?a=%4", ["a=%4"]),
            ("/x/?a=%zz", ["a=%zz"]), ("/x/?a=%26", ["a=&"]), ("/x/?a=%3D", ["a=="]), ("/x/?a=%ff", ["a=\u{FFFD}"]),
            ("/x/?a=%+1", ["a=% 1"]), ("/x/?a=%-1", ["a=%-1"]),
        ] as [(String, [String])]) func percentDecoding(_ uri: String, _ expected: [String])
    {
        #expect(Self.pairs(uri) == expected)
    }

    @Test func theFirstOfTwoCounts() {
        let query = EngineQuery(uri: "/?transport=polling&transport=websocket&EIO=4&EIO=3&sid=a&sid=b")
        #expect(query.transport == "polling")
        #expect(query.protocolVersion == "4")
        #expect(query.sessionID == "a")
    }
}

@Suite struct EngineErrorCodeTests {
    @Test(arguments: [
        (0, #"{"code":0,"message":"Transport unknown"}"#), (1, #"{"code":1,"message":"Session ID unknown"}"#),
        (2, #"{"code":2,"message":"Bad handshake method"}"#), (3, #"{"code":3,"message":"Bad request"}"#),
        (4, #"{"code":4,"message":"Forbidden"}"#), (5, #"{"code":5,"message":"Unsupported protocol version"}"#),
    ]) func trap21_bodiesAndStatuses(_ number: Int, _ body: String) throws {
        let code = try #require(EngineErrorCode(rawValue: number))
        #expect(code.json() == body)
        #expect(code.httpStatus == (number == 4 ? 403 : 400))
    }

    @Test func anApplicationsWordsAreQuoted() {
        #expect(
            EngineErrorCode.forbidden.json(message: "Thou shall \"not\"\n")
                == #"{"code":4,"message":"Thou shall \"not\"\n"}"#)
    }

    @Test func theHandshakeHasExactlyTheseFiveKeys() {
        let packet = EngineHandshake.openPacket(
            sessionID: "s", upgrades: [.websocket], pingInterval: .milliseconds(300), pingTimeout: .milliseconds(200),
            maxPayload: 1_000_000)
        #expect(
            String(buffer: packet)
                == #"0{"sid":"s","upgrades":["websocket"],"pingInterval":300,"pingTimeout":200,"maxPayload":1000000}"#)
        let other = EngineHandshake.openPacket(
            sessionID: "s", upgrades: [], pingInterval: .seconds(25), pingTimeout: .seconds(20), maxPayload: 1)
        #expect(
            String(buffer: other)
                == #"0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1}"#)
    }
}
