import Testing

@testable import SocketGateway
@testable import TelemetryCore

/// The forms of messages, of who is there and of the hand-over list on the wire.
@Suite struct PeopleDocumentTests {
    private static let start = Timestamp(milliseconds: 0)

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func messages() throws {
        let machine = try #require(MachineID("a"))
        let note = RoomMessage(
            id: 7, machine: machine, kind: .note, sender: "Kim", text: "a \"b\"", timestamp: Self.start,
            at: Timestamp(milliseconds: -1))
        let notice = RoomMessage(
            id: nil, machine: machine, kind: .notice, sender: "Server", text: "Kim left", timestamp: Self.start)
        #expect(
            Self.text(MessagesDocument.json(of: [note, notice]))
                == #"[{"sender":"Kim","text":"a \"b\"","timestamp":"1970-01-01T00:00:00.000Z","id":7,"kind":"note","#
                + #""at":"1969-12-31T23:59:59.999Z","machine":"a"},"#
                + #"{"sender":"Server","text":"Kim left","timestamp":"1970-01-01T00:00:00.000Z","kind":"notice","#
                + #""machine":"a"}]"#
        )
        #expect(Self.text(MessagesDocument.json(of: [])) == "[]")
    }

    @Test func whoIsThere() throws {
        let machine = try #require(MachineID("a"))
        var presence = RoomPresence()
        func enter(_ id: String, _ name: String?, at second: Int64) {
            presence.enter(id, machine, as: name, at: Timestamp(milliseconds: second * 1_000))
        }
        enter("1", "Lou", at: 2)
        enter("2", "Kim", at: 1)
        enter("3", nil, at: 0)
        // A second page of the same person is no second person.
        enter("4", "Kim", at: 9)
        enter("2", "Kim", at: 10)
        #expect(
            Self.text(presence.users(of: machine).json(of: machine))
                == #"{"machine":"a","users":[{"name":"Kim","since":"1970-01-01T00:00:01.000Z"},"#
                + #"{"name":"Lou","since":"1970-01-01T00:00:02.000Z"}],"guests":1}"#
        )
        let hasLeft = presence.leave("2", machine)
        let hasLeftAgain = presence.leave("2", machine)
        #expect(hasLeft && !hasLeftAgain)
        enter("1", nil, at: 11)
        let users = presence.users(of: machine)
        #expect(users.users.map(\.name) == ["Kim"] && users.guests == 2 && presence.count(of: machine) == 3)
        for id in ["1", "3", "4"] { _ = presence.leave(id, machine) }
        #expect(presence.users(of: machine) == RoomUsers(users: [], more: 0, guests: 0))
    }

    @Test func aCrowdIsCountedBeyondTheList() throws {
        let machine = try #require(MachineID("a"))
        var presence = RoomPresence()
        for number in 0..<Limits.roomUsersListedMax + 7 {
            presence.enter("\(number)", machine, as: "n\(number)", at: Timestamp(milliseconds: Int64(number)))
        }
        let users = presence.users(of: machine)
        #expect(users.users.count == Limits.roomUsersListedMax && users.more == 7)
        #expect(users.users.first?.name == "n0")
        #expect(Self.text(users.json(of: machine)).hasSuffix(#""guests":0,"more":7}"#))
    }

    @Test func handover() throws {
        let item = HandoverItem(id: 1, machine: MachineID("a"), text: "oil\n", by: "Kim", at: Self.start)
        let done = HandoverItem(
            id: 2, machine: nil, text: "x", by: "Kim", at: Self.start, done: .init(by: "Lou", at: Self.start))
        let list =
            #"[{"id":1,"machine":"a","text":"oil\n","by":"Kim","at":"1970-01-01T00:00:00.000Z"},"#
            + #"{"id":2,"text":"x","by":"Kim","at":"1970-01-01T00:00:00.000Z","#
            + #""done":{"by":"Lou","at":"1970-01-01T00:00:00.000Z"}}]"#
        #expect(Self.text(HandoverDocument.json(of: [item, done])) == #"{"items":\#(list)}"#)
        #expect(Self.text(HandoverDocument.json(of: [], isJoin: true)) == #"{"ok":true,"items":[]}"#)
    }
}
