import TelemetryCore
import Testing

@testable import Ingest

@Suite struct TopicRouterTests {
    let machine = MachineID("x")

    @Test func literalLevelsWinOverCaptures() throws {
        let machine = try #require(self.machine)
        let rpm = try #require(MetricName("rpm"))
        for templates in [TopicTemplate.defaults, TopicTemplate.defaults.reversed()] {
            var router = TopicRouter(templates: templates)
            // Twice: found, then remembered.
            for _ in 0..<2 {
                #expect(router.route("machines/x/telemetry") == .readings(machine))
                #expect(router.route("machines/x/status") == .status(machine))
                #expect(router.route("machines/x/rpm") == .scalar(machine, rpm))
                #expect(router.route("machines/x") == .ignored)
                #expect(router.route("other/x/rpm") == .ignored)
            }
        }
    }

    @Test(arguments: ["machines//rpm", "machines/.x/rpm", "machines/a b/telemetry", "machines/ä/status"])
    func refusesBadMachineNames(topic: String) {
        var router = TopicRouter(templates: TopicTemplate.defaults)
        guard case .refused(.badMachineName, _) = router.route(topic) else {
            Issue.record("\(topic): \(router.route(topic))")
            return
        }
    }

    @Test(arguments: ["machines/x/", "machines/x/1st", "machines/x/a-b", "machines/x/seq", "machines/x/timestamp"])
    func refusesBadMetricNames(topic: String) {
        var router = TopicRouter(templates: TopicTemplate.defaults)
        guard case .refused(.badMetricName, _) = router.route(topic) else {
            Issue.record("\(topic): \(router.route(topic))")
            return
        }
    }

    @Test func routesWhatIsNotASCII() throws {
        var router = TopicRouter(templates: [try TopicTemplate(parsing: "Öl/{machine}/telemetry")])
        for _ in 0..<2 {
            #expect(router.route("Öl/x/telemetry") == .readings(try #require(self.machine)))
            #expect(router.route("Wasser/ö/telemetry") == .ignored)
        }
    }

    @Test func forgetsRatherThanGrows() throws {
        var router = TopicRouter(templates: TopicTemplate.defaults)
        for index in 0...(Limits.routesMax + 1) {
            let machine = try #require(MachineID("m\(index)"))
            #expect(router.route("machines/m\(index)/status") == .status(machine))
        }
    }

    /// Once per topic, and only when they say something new; the topics of a machine add up.
    @Test func placesMachinesOnce() throws {
        var router = TopicRouter(templates: [
            try TopicTemplate(parsing: "{site}/{line}/{machine}/{metric}"),
            try TopicTemplate(parsing: "{hall}/{machine}/status"),
        ])
        let machine = try #require(self.machine)
        func placed(_ topic: String) -> [TopicRouter.Placed] {
            _ = router.route(topic)
            return router.takePlaced()
        }
        let first = ["site": "essen", "line": "7", "topic": "essen/7/x/{metric}"]
        #expect(placed("essen/7/x/rpm") == [.init(machine: machine, labels: first, isElsewhere: false)])
        #expect(placed("essen/7/x/rpm").isEmpty)
        #expect(placed("essen/7/x/torque").isEmpty)
        let second = first.merging(["hall": "2"]) { $1 }
        #expect(placed("2/x/status") == [.init(machine: machine, labels: second, isElsewhere: false)])
        // The same machine, or another of the same name?
        let moved = placed("bonn/7/x/rpm")
        #expect(moved.map(\.isElsewhere) == [true])
        #expect(moved.first?.labels["site"] == "bonn" && moved.first?.labels["hall"] == "2")
        #expect(placed("essen/7/.bad/rpm").isEmpty && placed("nothing").isEmpty)
    }

    @Test func forgetsPlacesRatherThanGrows() throws {
        var router = TopicRouter(templates: TopicTemplate.defaults)
        for index in 0...Limits.labelledMachinesMax {
            _ = router.route("machines/m\(index)/telemetry")
            #expect(router.takePlaced().count == 1)
        }
    }
}
