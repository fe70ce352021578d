import Testing

@testable import Ingest

@Suite struct SubscriptionPlanTests {
    @Test func defaultsNeedOneFilter() {
        let plan = SubscriptionPlan(TopicTemplate.defaults)
        #expect(plan.filters == ["machines/+/+"])
    }

    /// Every gateway of a group is to know every status; readings come to one of them.
    @Test func aGroupSharesReadingsButNotStatus() throws {
        let plan = SubscriptionPlan(TopicTemplate.defaults, share: "hall")
        #expect(plan.readings == ["$share/hall/machines/+/+"])
        #expect(plan.status == ["machines/+/status"])
        let bare = SubscriptionPlan([try TopicTemplate(parsing: "{site}/{machine}/{metric}")], share: "g")
        #expect(bare.filters == ["$share/g/+/+/+"])
    }

    @Test(arguments: [
        (["a/+", "+/b"], ["+/+"]),
        (["a/b", "a/c", "a/b"], ["a/b", "a/c"]),
        (["a/+", "b/+", "a/+/x"], ["a/+", "a/+/x", "b/+"]),
        // The join of the first two overlaps the third, which neither of them did.
        (["a/+/z", "+/b/z", "c/d/z"], ["+/+/z"]),
        (["a//x", "a/+/x"], ["a/+/x"]),
    ]) func joinsWhatOverlaps(filters: [String], expected: [String]) {
        #expect(SubscriptionPlan.join(filters) == expected)
        #expect(SubscriptionPlan.join(filters.reversed()) == expected)
    }

    /// No topic may match two filters, and each topic that matched before still matches: over all small filters.
    @Test func isDisjointAndCoversEverything() {
        let levels = ["a", "b", "+"]
        let topics = ["a", "b", "c"].flatMap { first in ["a", "b", "c"].map { "\(first)/\($0)" } }
        let all = levels.flatMap { first in levels.map { "\(first)/\($0)" } }
        var random = SeededRandom(seed: 7)
        for _ in 0..<500 {
            let chosen = all.filter { _ in random.next() % 3 == 0 }
            let plan = SubscriptionPlan.join(chosen)
            for topic in topics {
                let matches = plan.count { Self.matches($0, topic) }
                #expect(matches <= 1, "\(chosen) -> \(plan): \(topic)")
                #expect(matches == 1 || !chosen.contains { Self.matches($0, topic) })
            }
        }
    }

    private static func matches(_ filter: String, _ topic: String) -> Bool {
        zip(filter.split(separator: "/"), topic.split(separator: "/")).allSatisfy { $0 == "+" || $0 == $1 }
    }
}
