import HTTPTypes
import NIOCore
import Testing

@testable import SocketGateway

/// What is read from the head and the body of requests that write, without I/O.
@Suite struct IntakeRequestTests {
    @Test(arguments: [
        ("application/json", IngestMediaType.json), ("Application/JSON; charset=UTF-8", .json),
        ("application/x-ndjson", .ndjson), ("text/csv;header=present", .csv), ("text/plain", .lineProtocol),
        ("application/vnd.plant+json", .json), ("application/x-www-form-urlencoded", .lineProtocol),
        ("text/csv; charset=\"utf-8\"", .csv),
    ])
    func mediaTypes(text: String, type: IngestMediaType) throws {
        #expect(try IngestMediaType([.contentType: text]) == type)
    }

    @Test(arguments: ["application/xml", "", "json", "text/csv; charset=latin1", "multipart/form-data"])
    func otherTypesAreRefused(text: String) {
        #expect {
            try IngestMediaType([.contentType: text])
        } throws: {
            ($0 as? Problem)?.status == .unsupportedMediaType
        }
    }

    @Test func plainTextThatLooksLikeJSONIsTakenForIt() {
        #expect(IngestMediaType.lineProtocol.seen(in: " \n{\"rpm\":1}".utf8) == .json)
        #expect(IngestMediaType.lineProtocol.seen(in: "[1]".utf8) == .json)
        #expect(IngestMediaType.lineProtocol.seen(in: "press rpm=1".utf8) == .lineProtocol)
        #expect(IngestMediaType.csv.seen(in: "{".utf8) == .csv)
    }

    @Test func withoutATypeItIsJSONAndCodingsAreRefused() throws {
        #expect(try IngestMediaType([:]) == .json)
        #expect(try IngestMediaType([.contentEncoding: "identity"]) == .json)
        #expect(throws: Problem.self) { try IngestMediaType([.contentEncoding: "gzip"]) }
    }

    @Test func keys() throws {
        let name = try #require(HTTPField.Name("Idempotency-Key"))
        #expect(try ReadingIntake.key([:], scope: "a") == nil)
        #expect(try ReadingIntake.key([name: "\"8e03\""], scope: "a") == .init(scope: "a", text: "\"8e03\""))
        for bad in ["", "two words", String(repeating: "k", count: 256), "\u{e9}"] {
            #expect(throws: Problem.self) { try ReadingIntake.key([name: bad], scope: "a") }
        }
    }

    @Test(
        arguments: [
            (nil, "a:1", true), ("http://a:1", "a:1", true), ("HTTP://A:1", "a:1", true), ("https://a", "a:443", true),
            ("http://a:80", "a", true), ("http://a:2", "a:1", false), ("http://b", "a", false), ("null", "a", false),
            ("http://", "a", false), ("a", "a", false), ("http://a.b", "a", false), ("https://a:80", "a", false),
        ] as [(String?, String, Bool)])
    func origins(origin: String?, host: String, isOwn: Bool) {
        #expect(RequestOrigin.isOwn(origin, hosts: [host]) == isOwn)
        #expect(RequestOrigin.isOwn(origin, hosts: ["inner:3000", host]) == isOwn)
    }

    @Test(
        arguments: [
            (#"{"fault":"leak"}"#, "leak", nil), (#"{"fault":"leak","duration":"30s"}"#, "leak", .seconds(30)),
            (#"{"fault":"x","duration":"1.5m"}"#, "x", .seconds(90)),
            (#"{"fault":"x","duration":250e-3}"#, "x", .milliseconds(250)),
            (#"{"fault":"x","duration":"500ms"}"#, "x", .milliseconds(500)),
            (#"{"fault":"x","duration":null}"#, "x", nil),
        ] as [(String, String, Duration?)])
    func faults(body: String, fault: String, duration: Duration?) throws {
        let request = try FaultRequest(ByteBuffer(string: body))
        #expect(request.fault == fault && request.duration == duration)
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"fault":1}"#, #"{"fault":"a","duration":"soon"}"#, #"{"fault":"a","duration":0}"#,
        #"{"fault":"a","duration":"nans"}"#, #"{"fault":"a","duration":"25h"}"#, #"{"fault":"a","duration":true}"#,
    ])
    func badFaults(body: String) {
        #expect {
            try FaultRequest(ByteBuffer(string: body))
        } throws: {
            ($0 as? Problem)?.status == .badRequest
        }
    }

    @Test func precisions() throws {
        #expect(try TimePrecision(parameters: []) == .nanoseconds)
        #expect(try TimePrecision(parameters: [("precision", "ms")]) == .milliseconds)
        #expect(throws: Problem.self) { try TimePrecision(parameters: [("precision", "h")]) }
        #expect(throws: Problem.self) { try TimePrecision(parameters: [("precison", "s")]) }
    }

    @Test func budgetIsForAllBodiesTogether() {
        let budget = BodyBudget(bytesMax: 10)
        #expect(budget.take(6) && !budget.take(5) && budget.take(4))
        budget.giveBack(6)
        #expect(budget.take(5) && budget.bytes == 9)
    }
}
