import Testing

@testable import SocketGateway
@testable import TelemetryCore

@Suite struct AlarmsDocumentTests {
    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func alarm(
        acknowledged: Alarm.Acknowledgement? = nil,
        shelved: Alarm.Shelf? = nil
    ) throws -> Alarm {
        Alarm(
            id: try #require(Alarm.ID("hot:a")),
            metric: .rpm,
            kind: .high,
            limit: 1_800,
            priority: .urgent,
            text: "too \"fast\"",
            action: "brake",
            state: .acknowledged,
            isActive: true,
            value: 1_900.5,
            sequence: 42,
            since: Timestamp(milliseconds: 2_000),
            raisedAt: Timestamp(milliseconds: 1_000),
            acknowledged: acknowledged,
            shelved: shelved,
            chatter: 3,
            episode: 17
        )
    }

    @Test func anAlarmWithAllItHas() throws {
        let time = Timestamp(milliseconds: 3_000)
        let alarm = try Self.alarm(
            acknowledged: .init(by: "Kim", at: time, comment: ""), shelved: .init(until: time, by: "Lee", comment: "c"))
        #expect(
            Self.text(AlarmsDocument.alarm(alarm, event: .acknowledged))
                == #"{"id":"hot:a","rule":"hot","machine":"a","metric":"rpm","kind":"high","limit":1800,"#
                + #""priority":"urgent","text":"too \"fast\"","action":"brake","state":"acknowledged","active":true,"#
                + #""value":1900.5,"seq":42,"since":"1970-01-01T00:00:02.000Z","#
                + #""raisedAt":"1970-01-01T00:00:01.000Z","#
                + #""acknowledged":{"by":"Kim","at":"1970-01-01T00:00:03.000Z","comment":""},"#
                + #""shelved":{"until":"1970-01-01T00:00:03.000Z","by":"Lee","comment":"c"},"#
                + #""chatter":3,"episode":17,"event":"acknowledged"}"#)
    }

    @Test func whatHasNothingToSayIsAbsent() throws {
        let text = Self.text(AlarmsDocument.alarm(try Self.alarm()))
        #expect(!text.contains("acknowledged\":") && !text.contains("shelved") && !text.contains("event"))
        #expect(text.hasSuffix(#""chatter":3,"episode":17}"#))
    }

    @Test func listsAreBounded() throws {
        let alarms = [Alarm](repeating: try Self.alarm(), count: Limits.alarmsPerAnswerMax + 1)
        let text = Self.text(AlarmsDocument.list(alarms))
        #expect(text.hasSuffix(#"],"total":\#(Limits.alarmsPerAnswerMax + 1)}"#))
        #expect(text.split(separator: #""id":"hot:a""#, omittingEmptySubsequences: false).count == 2_001)
        #expect(Self.text(AlarmsDocument.list([])) == #"{"alarms":[],"total":0}"#)
    }

    @Test func history() throws {
        let event = AlarmEvent(
            id: 5,
            alarm: try #require(Alarm.ID("gone:b")),
            episode: nil,
            kind: .shelved,
            at: Timestamp(milliseconds: 0),
            value: nil,
            by: "Kim",
            comment: "",
            metric: nil,
            ruleKind: .stale,
            limit: nil,
            priority: .low,
            text: "gone",
            action: ""
        )
        #expect(
            Self.text(AlarmsDocument.history([event]))
                == #"{"events":[{"id":5,"alarm":"gone:b","event":"shelved","at":"1970-01-01T00:00:00.000Z","#
                + #""by":"Kim","comment":"","priority":"low","text":"gone","action":"","rule":"gone","machine":"b","#
                + #""kind":"stale"}]}"#)
    }
}
