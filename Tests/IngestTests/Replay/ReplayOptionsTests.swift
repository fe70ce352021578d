import TelemetryCore
import Testing

@testable import Ingest

@Suite struct ReplayOptionsTests {
    @Test func theFileAloneIsPlayedAsItIs() throws {
        let options = try ReplayOptions(parsing: "/data/tape.1.csv")
        #expect(options.path == "/data/tape.1.csv" && options.fileName == "tape.1.csv")
        #expect(options.speed == .times(1) && options.timeBase == .now && !options.loops)
        #expect(options.machine == nil && options.interval == nil && options.mapping.isEmpty)
    }

    @Test func readsEveryOption() throws {
        let options = try ReplayOptions(parsing: "t,speed=2.5x,machine=press1,loop,interval=100ms,time=now,rpm=speed")
        #expect(options.speed == .times(2.5) && options.loops && options.machine?.name == "press1")
        #expect(options.interval == .milliseconds(100) && options.timeBase == .now)
        #expect(options.mapping.metrics.map(\.name.text) == ["rpm"])
    }

    @Test(arguments: [
        ("t,speed=max", ReplayOptions.TimeBase.original, true), ("t,speed=max,loop", .now, false),
        ("t,speed=max,time=now", .now, false), ("t,time=original", .original, false), ("t,speed=10", .now, false),
    ])
    func choosesTheTimeBase(text: String, base: ReplayOptions.TimeBase, isBackfill: Bool) throws {
        let options = try ReplayOptions(parsing: text)
        #expect(options.timeBase == base)
        #expect(options.isBackfill == isBackfill)
    }

    @Test func itsOwnPairsGoBeforeTheGeneralOnes() throws {
        #expect(try ReplayOptions(parsing: "t", mapping: ["rpm=a"]).mapping.metrics.map(\.columns) == [["a"]])
        let own = try ReplayOptions(parsing: "t,rpm=b|c,machine=unit{unit}", mapping: ["rpm=a", "torque=d"])
        #expect(own.mapping.metrics.map(\.columns) == [["b", "c"]])
        #expect(own.mapping.machine == "unit{unit}" && own.machine == nil)
    }

    @Test(
        arguments: [
            ("", "no file"), (",speed=1", "no file"), ("t,speed=0", "1 to 100, or max"), ("t,speed=101", "1 to 100"),
            ("t,speed=fast", "speed is fast"), ("t,speed", "1 to 100"), ("t,interval=0s", "like 100ms"),
            ("t,interval=5", "like 100ms"), ("t,time=then", "now or original"), ("t,machine=.a", "machine is .a"),
            ("t,machine=", "1 to 64"), ("t,lop", "`lop` is no option"), ("t,loop,time=original", "use time=now"),
            ("t,1st=a", "`1st` is no key"), ("t,seq=a", "`seq` is no key"), ("t,rpm=", "KEY=COLUMN"),
            ("t,metric=item", "both metric=COLUMN and value=COLUMN"),
        ])
    func refusesInOneLine(text: String, part: String) {
        do throws(ReplayFailure) {
            _ = try ReplayOptions(parsing: text)
            Issue.record("it was taken")
        } catch {
            #expect(error.description.contains(part), "\(error)")
            #expect(!error.description.contains("\n"))
        }
    }

    @Test(
        arguments: [
            ("100ms", Duration.milliseconds(100)), ("1s", .seconds(1)), ("1.5m", .seconds(90)), ("2h", .seconds(7200)),
            ("0.0001s", nil), ("-1s", nil), ("1", nil), ("1d", nil), ("", nil), ("1e3s", nil), ("٣s", nil),
        ] as [(String, Duration?)])
    func readsLengthsOfTime(text: String, duration: Duration?) {
        #expect(SpanText.parse(text) == duration)
    }
}
