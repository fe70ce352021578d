import NIOCore
import SocketIO
import TelemetryCore
import Testing

@testable import SocketGateway

/// What people ask for, and the grid of what is refused.
@Suite struct AlarmRequestTests {
    private static func value(_ json: String) throws -> SocketValue {
        try JSONReader.value(of: ByteBuffer(string: json))
    }

    private static func mistake(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch let mistake as StrictObject.Mistake {
            return mistake.message
        } catch let error as AlarmError {
            return error.description
        } catch {
            return nil
        }
    }

    @Test func everyMemberOfARule() throws {
        let draft = try AlarmRuleRequest.draft(
            named: "hot",
            try Self.value(
                #"{"rule":"hot","machine":"a","metric":"rpm","kind":"high","limit":1800,"deadband":20,"onDelay":2,"#
                    + #""offDelay":"500ms","latch":false,"priority":"urgent","text":"t","action":"do","enabled":false,"#
                    + #""source":"page"}"#))
        let rule = try draft.rule(source: .page)
        #expect(
            String(decoding: AlarmsDocument.rule(rule), as: UTF8.self)
                == #"{"rule":"hot","machine":"a","metric":"rpm","kind":"high","limit":1800,"deadband":20,"onDelay":2,"#
                + #""offDelay":0.5,"latch":false,"priority":"urgent","text":"t","action":"do","enabled":false,"#
                + #""source":"page"}"#)
        let again = try AlarmRuleRequest.draft(
            named: "hot", try Self.value(String(decoding: AlarmsDocument.rule(rule), as: UTF8.self)))
        #expect(try again.rule(source: .page) == rule)
    }

    @Test func whatIsAbsentHasItsDefault() throws {
        let draft = try AlarmRuleRequest.draft(named: "gone", try Self.value(#"{"kind":"stale","text":null}"#))
        let rule = try draft.rule(source: .page)
        #expect(rule.machine == nil && rule.metric == nil && rule.isEnabled && rule.latch && rule.priority == .medium)
        #expect(
            String(decoding: AlarmsDocument.rule(rule), as: UTF8.self).hasPrefix(
                #"{"rule":"gone","machine":"*","kind":"stale","deadband":0,"onDelay":0,"offDelay":0,"latch":true,"#))
    }

    @Test(arguments: [
        (#"[]"#, "JSON object"), (#"{}"#, "kind"), (#"{"kind":"hig","metric":"rpm","limit":1}"#, "kind"),
        (#"{"kind":"high","metric":"rpm"}"#, "limit"), (#"{"kind":"high","limit":1}"#, "metric"),
        (#"{"kind":"high","metric":"rpm","limit":"1"}"#, "limit"),
        (#"{"kind":"high","metric":"rpm","limit":1e999}"#, "limit"),
        (#"{"kind":"high","metric":"r pm","limit":1}"#, "metric"),
        (#"{"kind":"stale","metric":"rpm"}"#, "metric"), (#"{"kind":"stale","limit":1}"#, "limit"),
        (#"{"kind":"stale","machine":".a"}"#, "machine"), (#"{"kind":"stale","machine":7}"#, "machine"),
        (#"{"kind":"high","metric":"rpm","limit":1,"deadband":-1}"#, "deadband"),
        (#"{"kind":"rate","metric":"rpm","limit":-1}"#, "limit"), (#"{"kind":"stale","onDelay":-1}"#, "onDelay"),
        (#"{"kind":"stale","onDelay":"fast"}"#, "onDelay"), (#"{"kind":"stale","offDelay":86401}"#, "offDelay"),
        (#"{"kind":"stale","latch":1}"#, "latch"), (#"{"kind":"stale","enabled":"no"}"#, "enabled"),
        (#"{"kind":"stale","priority":"top"}"#, "priority"), (#"{"kind":"stale","txt":""}"#, "txt"),
        (#"{"kind":"stale","kind":"high"}"#, "twice"), (#"{"kind":"stale","rule":"other"}"#, "rule"),
        (#"{"kind":"stale","source":"configuration"}"#, "source"),
    ])
    func aBadRuleIsToldByMember(json: String, member: String) throws {
        let value = try Self.value(json)
        let message = Self.mistake { _ = try AlarmRuleRequest.draft(named: "x", value).rule(source: .page) }
        #expect(message?.contains(member) == true, "\(json): \(message ?? "taken")")
    }

    @Test func requests() throws {
        let shelf = try AlarmRequest(
            .shelve, try Self.value(#"{"minutes":1.5,"by":" Kim ","comment":"seal"}"#), namesAlarm: false,
            guest: "Guest")
        #expect(shelf.duration == .seconds(90) && shelf.by == "Kim" && shelf.comment == "seal" && shelf.id == nil)
        let plain = try AlarmRequest(.acknowledge, nil, namesAlarm: false, guest: "Guest")
        #expect(plain.by == "Guest" && plain.comment.isEmpty)
        let named = try AlarmRequest(
            .unshelve, try Self.value(#"{"id":"hot:a","by":""}"#), namesAlarm: true, guest: "Lee")
        #expect(named.id?.description == "hot:a" && named.by == "Lee")
        #expect(try AlarmRequest(.shelve, nil, namesAlarm: false, guest: "x").duration == .seconds(1_800))
    }

    @Test(arguments: [
        (#"{"id":7}"#, "id"), (#"{"id":"hot"}"#, "id"), (#"{}"#, "id"), (#"{"id":"hot:a","by":5}"#, "by"),
        (#"{"id":"hot:a","by":"Server"}"#, "by"), (#"{"id":"hot:a","by":"a\nb"}"#, "by"),
        (#"{"id":"hot:a","comment":{}}"#, "comment"), (#"{"id":"hot:a","comment":"\u0007"}"#, "comment"),
        (#"{"id":"hot:a","minutes":0}"#, "minutes"), (#"{"id":"hot:a","minutes":1441}"#, "minutes"),
        (#"{"id":"hot:a","minutes":-5}"#, "minutes"), (#"{"id":"hot:a","minutes":"30"}"#, "minutes"),
        (#"{"id":"hot:a","minutes":1e300}"#, "minutes"), (#"{"id":"hot:a","machine":"a"}"#, "machine"),
        (#""hot:a""#, "JSON object"),
    ])
    func aBadRequestIsToldByMember(json: String, member: String) throws {
        let value = try Self.value(json)
        let message = Self.mistake {
            _ = try AlarmRequest(.shelve, value, namesAlarm: true, guest: "Guest")
        }
        #expect(message?.contains(member) == true, "\(json): \(message ?? "taken")")
    }

    @Test func tooLong() {
        let long = String(repeating: "x", count: 501)
        #expect(throws: StrictObject.Mistake.self) {
            _ = try AlarmRequest(
                .acknowledge, .object(["comment": .string(long)]), namesAlarm: false, guest: "Guest")
        }
        #expect(throws: StrictObject.Mistake.self) {
            _ = try AlarmRequest(.acknowledge, .object(["by": .string(long)]), namesAlarm: false, guest: "Guest")
        }
    }

    @Test func minutesAreForShelvingAlone() throws {
        let value = try Self.value(#"{"id":"hot:a","minutes":5}"#)
        #expect(throws: StrictObject.Mistake.self) {
            _ = try AlarmRequest(.acknowledge, value, namesAlarm: true, guest: "Guest")
        }
    }

    @Test func historyQuery() throws {
        let query = try AlarmHistoryQuery(parameters: [("machine", "a"), ("limit", "5"), ("before", "41")])
        #expect(query.machine?.name == "a" && query.limit == 5 && query.before == .event(41))
        let time = try AlarmHistoryQuery(parameters: [("before", "1970-01-01T00:00:01Z")])
        #expect(time.before == .time(Timestamp(milliseconds: 1_000)) && time.limit == Limits.alarmEventsDefault)
    }

    @Test(arguments: [
        ("machine", ".a"), ("machine", ""), ("limit", "0"), ("limit", "1001"), ("limit", "x"), ("before", "-1"),
        ("before", "yesterday"), ("since", "1"),
    ])
    func badHistoryQuery(name: String, value: String) {
        #expect {
            _ = try AlarmHistoryQuery(parameters: [(name, value)])
        } throws: { error in
            (error as? Problem)?.detail.contains(name) == true
        }
    }
}
