import Foundation
import TelemetryCore
import Testing

@testable import Ingest

@Suite(.timeLimit(.minutes(1))) struct ReplayRecordingTests {
    let world: ReplayWorld

    init() throws { self.world = try ReplayWorld() }

    @Test(arguments: [
        ("", "", "it is empty"), (" \n", "", "it is empty"), ("# only\n", "", "no header"),
        ("a b,c d\n1,2\n", "", "must name the columns"), ("rpm\n1\n", "torque=x", "no column `x` in the header"),
        ("rpm\n1\n", "timestamp=t|u", "no column `t`"), ("rpm\n1\n", "machine=unit{unit}", "no column `unit`"),
        ("rpm\n1\n", "machine=unit{rpm", "not closed"), ("item,rpm\n1,2\n", "metric=item,value=v", "no column `v`"),
        ("\"rpm\n1\n", "", "quote"), (#"{"rpm":1}"#, "rpm=a", "mapping is for tables"),
    ])
    func refusesInOneLine(text: String, options: String, part: String) throws {
        do {
            _ = try self.world.recording(text, options)
            Issue.record("it was taken")
        } catch let error as ReplayFailure {
            #expect(error.description.contains(part), "\(error)")
            #expect(!error.description.contains("\n"))
        }
    }

    @Test func refusesWhatIsNoFile() throws {
        for (path, part) in [(self.world.directory.root, "no regular file"), ("/no/such/file", "No such file")] {
            let options = try ReplayOptions(parsing: path)
            do throws(ReplayFailure) {
                _ = try ReplayRecording(options)
                Issue.record("it was taken")
            } catch {
                #expect(error.description.contains(part), "\(error)")
            }
        }
    }

    @Test func namesAMachineByItsFile() throws {
        #expect(try self.world.recording("rpm\n1\n", name: "mill-2.old.csv").machine?.name == "mill-2")
        #expect(try self.world.recording("rpm\n1\n", "machine=a", name: "mill.csv").machine?.name == "a")
        #expect(try self.world.recording("machine,rpm\nx,1\n", name: "mill.csv").machine == nil)
        #expect(throws: ReplayFailure.self) { try self.world.recording("rpm\n1\n", name: "-m.csv") }
    }

    @Test func hasAnIntervalWhereItHasNoTimes() throws {
        #expect(try self.world.recording("rpm\n1\n").interval == .seconds(1))
        #expect(try self.world.recording("rpm\n1\n", "interval=20ms").interval == .milliseconds(20))
        #expect(try self.world.recording("ts,rpm\n1,1\n").interval == nil)
        #expect(try self.world.recording("cycle,rpm\n1,1\n", "timestamp=cycle").interval == nil)
        #expect(try self.world.recording("ts,rpm\n1,1\n", "interval=5s").interval == .seconds(5))
    }

    private func lines(_ text: String) throws -> [(offset: Int, length: Int, isRefused: Bool)] {
        let recording = try self.world.recording(text)
        var lines = RecordingLines(
            file: recording.file, scanner: recording.decoder.scanner, from: recording.dataStart)
        var found: [(offset: Int, length: Int, isRefused: Bool)] = []
        while let line = try lines.next() { found.append((line.offset, line.length, line.refusal != nil)) }
        return found
    }

    /// Lines across the borders of chunks, and lines that are longer than a chunk.
    @Test func cutsLinesWhereverTheChunksEnd() throws {
        let long = "1," + String(repeating: "x", count: 60_000) + "\n"
        let text = "rpm,note\n" + String(repeating: long, count: 20)
        let found = try self.lines(text)
        #expect(found.map(\.length) == Array(repeating: long.utf8.count, count: 20))
        #expect(found.map(\.offset) == (0..<20).map { 9 + $0 * long.utf8.count })
        #expect(found.allSatisfy { !$0.isRefused })
    }

    @Test(arguments: [false, true]) func skipsALineThatIsTooLong(isTable: Bool) throws {
        let end = isTable ? "2,b\n" : "{\"machine\":\"m\",\"rpm\":2}\n"
        let start = isTable ? "rpm,note\n" : end
        let huge = String(repeating: "y", count: 700_000) + "\n"
        let found = try self.lines(start + huge + end + huge + "\"" + huge + end)
        #expect(found.map(\.isRefused).suffix(5) == [true, false, true, true, false])
        #expect(found.last?.length == end.utf8.count)
    }

    @Test func aLaneKnowsGapsAndBackwardJumps() {
        var lane = ReplayLane()
        let times: [Int64?] = [1000, 2000, 2000, 3000, 1500, 2500, 3500, nil, 7000, 7001, 3000, 6001]
        let played = times.map { lane.append($0, interval: nil) }
        #expect(played == [1000, 2000, 2000, 3000, 3000, 3000, 3500, 3500, 7000, 7001, 7001, 7001])
        #expect(lane.backwardJumps == 2)
        #expect(lane.largestBackwardJump == 4001)
        // Steps 1000 1000 1000 1000 3500 1 3001, of which the usual is 1000.
        #expect(lane.gaps() == 2)
        var even = ReplayLane()
        #expect((0..<4).map { _ in even.append(nil, interval: 250) } == [0, 250, 500, 750])
        #expect(even.gaps() == 0 && ReplayLane().gaps() == 0)
    }
}
