import TelemetryCore
import Testing

@testable import Ingest

@Suite struct TopicTableTests {
    /// Against a dictionary, with topics of all lengths, some of which differ in one byte only.
    @Test(arguments: FuzzPlan.seeds) func findsWhatADictionaryFinds(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var table = TopicTable()
        var wanted: [[UInt8]: Int] = [:]
        for _ in 0..<FuzzPlan.inputsPerSeed {
            let count = Int(random.next() % 40)
            var topic = [UInt8](repeating: UInt8(random.next() % 3), count: count)
            if count > 0 { topic[Int(random.next() % UInt64(count))] = UInt8(random.next() % 8) }
            topic.withUnsafeBytes { bytes in
                #expect(table.index(of: bytes) == wanted[topic])
                guard wanted[topic] == nil else { return }
                wanted[topic] = table.count
                table.insert(bytes)
            }
        }
        #expect(table.count == wanted.count && table.count > 100)
        for (topic, index) in wanted { #expect(topic.withUnsafeBytes { table.index(of: $0) } == index) }
        table.removeAll()
        #expect(table.count == 0)
        for topic in wanted.keys { #expect(topic.withUnsafeBytes { table.index(of: $0) } == nil) }
    }

    /// Also when the table is begun anew meanwhile.
    @Test func countsTheMessagesOfEachMachine() throws {
        var router = TopicRouter(templates: TopicTemplate.defaults)
        for round in 1...3 {
            router.startBatch()
            for index in 0..<Limits.routesMax / 2 {
                for topic in ["machines/m\(index)/rpm", "machines/m0/status", "elsewhere"] {
                    _ = Array(topic.utf8).withUnsafeBytes { router.routeMessage($0) }
                }
            }
            let counts = router.takeCounts()
            let most = counts.filter { $0.machine.name == "m0" }.map(\.messages).sorted()
            #expect(most == [1, Limits.routesMax / 2], "\(round)")
            #expect(counts.reduce(0) { $0 + $1.messages } == Limits.routesMax)
            #expect(router.takeCounts().isEmpty)
        }
    }
}
