import HTTPTypes
import NIOCore
import SocketIO
import TelemetryCore
import Testing

@testable import SocketGateway

@Suite struct PeopleRequestTests {
    private static let now = Timestamp(milliseconds: 1_000)

    @Test func aTextAloneIsAMessage() throws {
        let request = try ChatRequest(" the seal leaks ", now: Self.now)
        #expect(request.text == "the seal leaks" && request.kind == .message && request.at == nil)
    }

    @Test func anObjectSaysMore() throws {
        let time = try #require(Timestamp(iso8601: "2026-11-21T09:41:26.123Z"))
        let note = try ChatRequest(
            ["text": "here", "kind": "note", "at": "2026-11-21T10:41:26.123+01:00", "color": "red"], now: Self.now)
        #expect(note.text == "here" && note.kind == .note && note.at == time)
        #expect(try ChatRequest(["text": "x", "at": 1_795_254_086_123], now: Self.now).at == time)
        #expect(try ChatRequest(["text": "x", "kind": nil, "at": nil], now: Self.now).kind == .message)
        // A note is about some moment, if not another one then now.
        #expect(try ChatRequest(["text": "x", "kind": "note"], now: Self.now).at == Self.now)
    }

    @Test(
        arguments: [
            (nil, ClientError.Code.badText), (5, .badText), ([1], .badText), ([:], .badText), (["text": 5], .badText),
            (["text": "  "], .badText), (["text": "a\u{202e}b"], .badText), ("a\u{0}b", .badText),
            (["text": "x", "kind": "notice"], .badRequest), (["text": "x", "kind": 1], .badRequest),
            (["text": "x", "at": "yesterday"], .badRequest), (["text": "x", "at": [1]], .badRequest),
            (["text": "x", "at": 1e300], .badRequest), (["text": "x", "at": "2026-11-21T09:41:26"], .badRequest),
        ] as [(SocketValue?, ClientError.Code)])
    func badChat(argument: SocketValue?, code: ClientError.Code) {
        #expect {
            _ = try ChatRequest(argument, now: Self.now)
        } throws: { ($0 as? ClientError)?.code == code }
    }

    @Test func longChatIsRefused() {
        let long = String(repeating: "ä", count: Limits.chatTextBytesMax / 2 + 1)
        #expect { _ = try ChatRequest(["text": .string(long)], now: Self.now) } throws: {
            ($0 as? ClientError)?.code == .badText
        }
    }

    @Test func anItemOfTheList() throws {
        let whole = try HandoverRequest(ByteBuffer(string: #"{"text":" oil ","machine":"press-1","by":"Kim","x":1}"#))
        #expect(whole.text == "oil" && whole.machine?.name == "press-1" && whole.by == "Kim")
        let least = try HandoverRequest(ByteBuffer(string: #"{"text":"oil","machine":null,"by":null}"#))
        #expect(least.machine == nil && least.by == "Guest")
    }

    @Test(arguments: [
        "", "[]", "{", #"{"text":""}"#, #"{"text":"a\u0007"}"#, #"{"text":"x","machine":"a/b"}"#,
        #"{"text":"x","machine":5}"#, #"{"text":"x","by":"Server"}"#, #"{"text":"x","by":"a\nb"}"#,
        "{\"text\":\"\(String(repeating: "x", count: Limits.handoverTextBytesMax + 1))\"}",
    ])
    func badItem(body: String) {
        #expect { _ = try HandoverRequest(ByteBuffer(string: body)) } throws: { ($0 as? Problem)?.status.code == 400 }
    }

    @Test func tickingOff() throws {
        func done(_ body: String) throws -> (by: String, isDone: Bool) {
            try HandoverRequest.done(ByteBuffer(string: body))
        }
        let (none, some, open) = (try done(""), try done(#"{"by":"Kim"}"#), try done(#"{"by":"Lou","done":false}"#))
        #expect([none.by, some.by, open.by] == ["Guest", "Kim", "Lou"])
        #expect([none.isDone, some.isDone, open.isDone] == [true, true, false])
        for body in ["[]", #"{"done":1}"#, #"{"by":""}"#] {
            #expect(throws: Problem.self) { try done(body) }
        }
    }
}
