import Testing

@testable import Ingest

@Suite struct TopicTemplateTests {
    @Test func defaultsAreWhatTheirTextSays() throws {
        for template in TopicTemplate.defaults {
            #expect(try TopicTemplate(parsing: template.description) == template)
        }
        #expect(
            TopicTemplate.defaults.map(\.description).sorted() == [
                "machines/{machine}/status", "machines/{machine}/telemetry", "machines/{machine}/{metric}",
            ])
    }

    @Test(arguments: [
        ("machines/{machine}/telemetry", "machines/+/telemetry", TopicTemplate.Content.readings),
        ("{site}/{line}/{machine}/{metric}", "+/+/+/+", .scalar),
        ("plant/_/{machine}", "plant/+/+", .readings),
        ("{machine}/state/status", "+/state/status", .status),
        ("status/{machine}", "status/+", .readings),
        ("/a//{machine}", "/a//+", .readings),
    ]) func parses(text: String, filter: String, content: TopicTemplate.Content) throws {
        let template = try TopicTemplate(parsing: text)
        #expect(template.filter == filter)
        #expect(template.content == content)
        #expect(template.description == text)
    }

    @Test(arguments: [
        "", "machines/x", "{metric}", "{machine}/{machine}", "{machine}/{metric}/{metric}", "{machine}/{a}/{a}",
        "{machine}/+", "{machine}/#", "press-{machine}", "{machine}s", "{machine", "machine}", "{}/{machine}",
        "{machine}/{1a}", "{machine}/{a-b}", "{machine}/\u{7}", "{{machine}}",
        "{machine}/" + String(repeating: "x", count: 1024),
    ]) func refuses(text: String) {
        #expect(throws: TopicTemplate.ParseError.self) { try TopicTemplate(parsing: text) }
    }

    @Test func matchesAtAnyDepth() throws {
        let template = try TopicTemplate(parsing: "{site}/_/{line}/{machine}/raw/{metric}")
        let match = try #require(template.match("essen/hall 2/7/press1/raw/rpm"))
        #expect(match.machine == "press1")
        #expect(match.metric == "rpm")
        #expect(match.captures == [.init(name: "site", value: "essen"), .init(name: "line", value: "7")])
        #expect(template.match("essen/hall 2/7/press1/cooked/rpm") == nil)
        #expect(template.match("essen/hall 2/7/press1/raw") == nil)
        #expect(template.match("essen/hall 2/7/press1/raw/rpm/x") == nil)
    }

    @Test func leavesTheBrokersOwnTopicsAlone() throws {
        let open = try TopicTemplate(parsing: "{machine}/{metric}")
        #expect(open.match("$SYS/uptime") == nil)
        let literal = try TopicTemplate(parsing: "$share/{machine}")
        #expect(literal.match("$share/x")?.machine == "x")
    }
}
