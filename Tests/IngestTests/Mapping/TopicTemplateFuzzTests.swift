import Testing

@testable import Ingest

/// A template of any shape, and a topic made from it: what was put in comes out.
@Suite struct TopicTemplateFuzzTests {
    private static let letters = Array("abzAZ09._- éß$")

    private static func word(_ random: inout SeededRandom, from letters: [Character] = letters) -> String {
        String((0..<(1 + random.next() % 8)).map { _ in letters[Int(random.next() % UInt64(letters.count))] })
    }

    @Test(arguments: FuzzPlan.seeds) func readsWhatWasPutIn(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<(FuzzPlan.inputsPerSeed / 4) {
            // First a level that is no wildcard, so that a topic with $ in front may be.
            var parts = ["plant"], topic = ["plant"]
            var captures: [TopicMatch.Capture] = []
            var (machine, metric): (String?, String?) = (nil, nil)
            for level in 0..<(1 + random.next() % 9) {
                let value = Self.word(&random)
                switch random.next() % 5 {
                case 0 where machine == nil:
                    parts.append("{machine}")
                    machine = value
                case 1 where metric == nil:
                    parts.append("{metric}")
                    metric = value
                case 2:
                    parts.append("_")
                case 3:
                    parts.append("{c\(level)}")
                    captures.append(.init(name: "c\(level)", value: value))
                default:
                    // `_` alone is no text.
                    parts.append(value + "x")
                    topic.append(value + "x")
                    continue
                }
                topic.append(value)
            }
            if machine == nil {
                parts.append("{machine}")
                topic.append("last")
                machine = "last"
            }
            let template = try TopicTemplate(parsing: parts.joined(separator: "/"))
            #expect(template.description == parts.joined(separator: "/"))
            #expect(try TopicTemplate(parsing: template.description) == template)
            let text = topic.joined(separator: "/")
            let match = try #require(template.match(text), "\(template) \(text)")
            #expect(match.machine == machine && match.metric == metric && match.captures == captures)
            #expect(template.match(text + "/more") == nil)
            #expect(template.match(String(text.dropFirst())) == nil)
        }
    }

    @Test(arguments: FuzzPlan.seeds) func everyTextIsATemplateOrRefused(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let mutation = Mutation(tokens: [
            "{", "}", "/", "_", "+", "#", "{machine}", "{metric}", "{a}", "$", "\u{0}", "é",
        ])
        for _ in 0..<(FuzzPlan.inputsPerSeed / 4) {
            let bytes = mutation.mutate(Array("{site}/_/line/{machine}/{metric}".utf8), &random)
            let text = String(decoding: bytes, as: UTF8.self)
            do throws(TopicTemplate.ParseError) {
                let template = try TopicTemplate(parsing: text)
                #expect(template.description == text)
                _ = template.match("essen/x/line/press1/rpm")
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }
}
