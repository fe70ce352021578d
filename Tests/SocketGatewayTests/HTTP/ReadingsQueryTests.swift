import HTTPTypes
import TelemetryCore
import Testing

@testable import SocketGateway

@Suite struct ReadingsQueryTests {
    @Test func defaults() throws {
        let query = try ReadingsQuery(parameters: [])
        #expect(query.limit == Limits.readingsPerAnswerDefault && query.format == nil)
        #expect(query.since == nil && query.from == nil && query.to == nil)
    }

    @Test func everything() throws {
        let query = try ReadingsQuery(parameters: [
            ("limit", "5"), ("since", "41"), ("from", "2026-11-21T09:00:00Z"), ("to", "1800000000000"),
            ("format", "csv"), ("maxPoints", "3"),
        ])
        #expect(query.maxPoints == 3)
        #expect(query.limit == 5 && query.since == 41 && query.format == .csv)
        #expect(query.from == Timestamp(iso8601: "2026-11-21T09:00:00Z"))
        #expect(query.to == Timestamp(milliseconds: 1_800_000_000_000))
    }

    @Test(arguments: [
        ("limit", "0"), ("limit", "x"), ("limit", "-1"), ("limit", "100001"), ("limit", ""), ("since", "-1"),
        ("since", "1.5"), ("from", "yesterday"), ("from", "2026-11-21T09:00:00"), ("to", "9223372036854775807"),
        ("format", "xml"), ("maxPoints", "2"), ("maxPoints", "5001"), ("maxPoints", "x"), ("maxPoints", ""),
    ])
    func badValueIsNamed(name: String, value: String) {
        #expect {
            _ = try ReadingsQuery(parameters: [(name, value)])
        } throws: { error in
            guard let problem = error as? Problem else { return false }
            return problem.status == .badRequest && problem.detail.contains(name)
        }
    }

    /// Thinning is for long windows: without a limit of the client's, all that is kept counts.
    @Test func pointsOfEverything() throws {
        #expect(try ReadingsQuery(parameters: [("maxPoints", "100")]).limit == .max)
        #expect(try ReadingsQuery(parameters: [("maxPoints", "100"), ("limit", "9")]).limit == 9)
    }

    @Test func unknownParameterIsNoSilence() {
        #expect(throws: Problem.self) { _ = try ReadingsQuery(parameters: [("limt", "5")]) }
    }

    @Test func timesTheWrongWayRound() {
        #expect(throws: Problem.self) { _ = try ReadingsQuery(parameters: [("from", "2"), ("to", "1")]) }
    }
}
