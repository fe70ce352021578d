import Testing

@testable import SocketGateway

@Suite struct AcceptedFormatTests {
    @Test(
        arguments: [
            (nil, "json"), ("", "json"), ("*/*", "json"), ("text/csv", "csv"), ("TEXT/CSV; q=1", "csv"),
            ("text/*", "csv"),
            ("text/html,application/xhtml+xml,*/*;q=0.8", "json"), ("application/x-ndjson, */*;q=0.1", "ndjson"),
            ("application/json;q=0.2, text/csv;q=0.9", "csv"), ("*/*, application/json;q=0", "csv"),
            ("text/html", nil), ("application/json;q=0", nil), (";;,,", nil), ("text/csv;q=x", "csv"),
        ] as [(String?, String?)])
    func choice(accept: String?, form: String?) {
        let offered = ReadingsQuery.Format.allCases.map { ($0.rawValue, $0.mediaType) }
        #expect(AcceptedFormat.choose(accept, from: offered) == form)
    }
}
