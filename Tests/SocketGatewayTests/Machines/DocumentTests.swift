import Testing

@testable import SocketGateway
@testable import TelemetryCore

/// The forms of machines, ledgers and rejections on the wire.
@Suite struct DocumentTests {
    private static func summary() throws -> MachineSummary {
        let machine = try #require(MachineID("a"))
        let time = Timestamp(milliseconds: 1_000)
        var ledger = MachineLedger(machine: machine)
        ledger.received = 4
        ledger.stored = 3
        ledger.rejected = [.noNumber: 1]
        let rpm = try #require(MetricName("rpm"))
        let torque = try #require(MetricName("torque"))
        return MachineSummary(
            machine: machine,
            status: .init(machine: machine, state: .live, since: time, reason: "receiving"),
            lastSequence: 3,
            latest: nil,
            isLate: true,
            metrics: [
                MetricStatus(metric: rpm, state: .live, since: time, value: 1.5),
                MetricStatus(metric: torque, state: .stale, since: time, value: nil),
            ],
            labels: ["site": "north", "line": "\"2\""],
            units: [rpm: "rev/min"],
            ledger: ledger
        )
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func machines() throws {
        let summary = try Self.summary()
        let event = Self.text(MachinesDocument.json(of: [summary]))
        #expect(
            event.hasPrefix(
                #"[{"machine":"a","state":"live","lastSeq":3,"since":"1970-01-01T00:00:01.000Z","reason":"receiving","#
                    + #""late":true,"metrics":[{"metric":"torque","state":"stale","since":"1970-01-01T00:00:01.000Z","#
            )
        )
        #expect(!event.contains("ledger") && !event.contains("rpm"))
        let ring = RingExtent(capacity: 9, count: 3, oldest: Timestamp(milliseconds: 500))
        let now = Timestamp(milliseconds: 2_000)
        let full = Self.text(MachinesDocument.json(of: summary, ring: ring, now: now))
        #expect(full.contains(#"{"metric":"rpm","state":"live","since":"1970-01-01T00:00:01.000Z","reason":"#))
        #expect(full.contains(#""value":1.5}"#))
        #expect(
            full.hasSuffix(
                #""labels":{"line":"\"2\"","site":"north"},"units":{"rpm":"rev/min"},"#
                    + #""ledger":{"received":4,"stored":3,"duplicates":0,"skipped":0,"late":0,"overwritten":0,"#
                    + #""gaps":0,"rejected":{"noNumber":1}},"#
                    + #""ring":{"capacity":9,"count":3,"oldest":"1970-01-01T00:00:00.500Z"},"#
                    + #""serverTime":"1970-01-01T00:00:02.000Z"}"#
            )
        )
    }

    @Test func ledgers() throws {
        let ledger = try Self.summary().ledger
        #expect(Self.text(LedgerDocument.json(of: [ledger])).hasPrefix(#"[{"machine":"a","ledger":{"received":4,"#))
        #expect(
            Self.text(LedgerDocument.csv(of: [ledger])).split(separator: "\r\n").last == "a,4,3,0,0,0,0,0,1,noNumber=1")
        #expect(Self.text(LedgerDocument.json(of: [])) == "[]")
    }

    @Test func rejections() {
        let log = RejectionLog()
        let time = Timestamp(milliseconds: 0)
        log.record(
            Rejection(
                time: time, source: "t/x", payload: [0x7b, 0xff], reason: .notJSON, remedy: "send JSON", count: 2,
                machine: MachineID("a")))
        let one =
            #"{"time":"1970-01-01T00:00:00.000Z","source":"t/x","reason":"notJSON","remedy":"send JSON","#
            + "\"excerpt\":\"{\u{fffd}\",\"machine\":\"a\",\"count\":2"
        #expect(
            Self.text(RejectedDocument.json(of: log)) == #"{"counts":{"notJSON":2},"rejected":["# + one + "}]}")
        var bytes: [UInt8] = []
        for rejection in log.recent() { RejectedDocument.write(rejection, omitted: 9, into: &bytes) }
        #expect(Self.text(bytes) == one + #","omitted":9}"#)
    }
}
