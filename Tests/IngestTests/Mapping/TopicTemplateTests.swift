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

    @Test(arguments: [
        (
            "{site}/_/{line}/{machine}/raw/{metric}", "essen/hall 2/7/press1/raw/rpm",
            ["site": "essen", "line": "7", "topic": "essen/hall 2/7/press1/raw/{metric}"]
        ),
        ("machines/{machine}/telemetry", "machines/a/telemetry", ["topic": "machines/a/telemetry"]),
        (
            "{machine}/{a}/{b}/{c}/{d}/{e}/{metric}", "m/1/2/3/4/5/rpm",
            ["a": "1", "b": "2", "c": "3", "d": "4", "e": "5", "topic": "m/1/2/3/4/5/{metric}"]
        ),
        ("{site}/{machine}/status", "essen/a/status", ["site": "essen"]),
        ("{topic}/{machine}/x", "essen/a/x", ["topic": "essen"]),
    ]) func keepsThePathAsLabels(text: String, topic: String, expected: [String: String]) throws {
        let template = try TopicTemplate(parsing: text)
        let match = try #require(template.match(topic))
        #expect(template.labels(of: topic, match) == expected)
    }

    @Test func leavesTheTopicsOfGatewaysAlone() throws {
        let open = try TopicTemplate(parsing: "{site}/{machine}/{metric}")
        #expect(open.match("telemetryd/hall-1/health") == nil)
        #expect(open.match("telemetryd/hall-1/state") == nil)
        #expect(open.match("telemetryd/hall-1/rpm") != nil)
        #expect(try TopicTemplate(parsing: "telemetryd/{machine}/{metric}").match("telemetryd/x/state") != nil)
    }
}
