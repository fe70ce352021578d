import TelemetryCore
import Testing

@Suite struct RejectionLogTests {
    private func rejection(_ number: Int, _ reason: RejectionReason) -> Rejection {
        Rejection(
            time: sampleTime,
            source: "topic/\(number)",
            payload: [UInt8](repeating: 7, count: number),
            reason: reason,
            remedy: "send JSON"
        )
    }

    @Test func keepsTheLastTwoHundredNewestLast() {
        let log = RejectionLog()
        for number in 0..<450 { log.record(self.rejection(number, number.isMultiple(of: 2) ? .notJSON : .tooDeep)) }
        #expect(log.recent().map(\.source) == (250..<450).map { "topic/\($0)" })
        #expect(log.counts() == [.notJSON: 225, .tooDeep: 225])
    }

    @Test func keepsOnlyTheStartOfAPayload() {
        #expect(self.rejection(1_000, .notJSON).excerpt.count == 256)
        #expect(self.rejection(3, .notJSON).excerpt == [7, 7, 7])
        #expect(RejectionLog().recent().isEmpty)
    }

    @Test func keepsOnlyTheStartOfSourceAndRemedy() {
        let long = String(repeating: "é", count: 1_000)
        let rejection = Rejection(time: sampleTime, source: long, payload: [], reason: .notJSON, remedy: "x" + long)
        #expect(rejection.source == String(repeating: "é", count: 128))
        #expect(rejection.remedy == "x" + String(repeating: "é", count: 127) + "\u{FFFD}")
    }

    @Test func countsAllThatARejectionStandsFor() {
        let log = RejectionLog()
        for count in [1, 500] {
            log.record(
                Rejection(
                    time: sampleTime,
                    source: "topic",
                    payload: [],
                    reason: .tooManyMachines,
                    remedy: "check the name",
                    count: count
                )
            )
        }
        #expect(log.counts() == [.tooManyMachines: 501])
        #expect(log.recent().map(\.count) == [1, 500])
    }
}
