import NIOCore
package import SocketIO
package import TelemetryCore

/// What the gateway puts on the wire in its namespaces (interface section 5). Pure.
package enum WireEvents {
    package static let machinesNamespace = "/machines"
    package static let rootNamespace = "/"

    package static let machines = "machines"
    package static let machineData = "machineData"
    package static let machineStatus = "machineStatus"
    package static let roomCountUpdate = "roomCountUpdate"
    package static let userCountUpdate = "userCountUpdate"
    package static let message = "message"
    package static let roomUsers = "roomUsers"
    package static let handover = "handover"
    package static let errorMessage = "errorMessage"
    package static let rejected = "rejected"

    package static let alarm = "alarm"
    package static let alarms = "alarms"

    /// The room of those who want to hear of refused input.
    package static let rejectedRoom = "$rejected"
    /// The room of those who look at the alarms of all machines.
    package static let alarmsRoom = "$alarms"
    /// The room of those who see the list for the next shift.
    package static let handoverRoom = "$handover"

    /// The room of a machine. Longer than its name, because a socket's id is a room too and may look like a machine's
    /// name.
    package static func room(of machine: MachineID) -> String { "machine:\(machine.name)" }

    /// The room that people call by this name. A machine's name cannot begin with a dollar sign.
    package static func room(named name: String) -> String { name.first == "$" ? name : "machine:\(name)" }

    /// `machineData`, framed once for all who get it. A slow client keeps only the newest of a machine.
    package static func machineData(_ stored: StoredReading, namespace: String) -> PreparedEvent {
        PreparedEvent(
            namespace: namespace,
            event: Self.machineData,
            arguments: [Self.encoded(stored.writeJSON)],
            conflationKey: stored.reading.machine.name
        )
    }

    /// The list of machines.
    package static func machines(_ summaries: [MachineSummary]) -> SocketValue {
        .encoded(EncodedJSON(unchecked: ByteBuffer(bytes: MachinesDocument.json(of: summaries))))
    }

    /// `{"machine":…,"state":…,"since":…,"reason":…,"late":…,"metrics":[…]}`, of the metrics those that are not live.
    package static func machineStatus(_ summary: MachineSummary) -> SocketValue {
        Self.encoded { MachinesDocument.writeStatus(summary, into: &$0) }
    }

    /// `{"room":…,"count":…}`; the room is the machine's name, or `$rejected`.
    package static func roomCountUpdate(_ name: String, count: Int) -> SocketValue {
        ["room": .string(name), "count": .number(count)]
    }

    /// `{"time":…,"source":…,"reason":…,"remedy":…,"excerpt":…,"machine":…,"omitted":…}`; the last two where there is
    /// something to say.
    package static func rejected(_ rejection: Rejection, omitted: Int) -> SocketValue {
        Self.encoded { RejectedDocument.write(rejection, omitted: omitted, into: &$0) }
    }

    /// The answer to a join of `$rejected`: `{"ok":true,"room":"$rejected","counts":{…},"rejected":[…]}`
    package static func joinedRejected(_ log: RejectionLog) -> SocketValue {
        Self.encoded { bytes in
            bytes.append(text: #"{"ok":true,"room":"$rejected","#)
            bytes.append(contentsOf: RejectedDocument.json(of: log).dropFirst())
        }
    }

    /// The alarm, and in `event` what happened to it.
    package static func alarm(_ alarm: Alarm, _ event: AlarmEvent.Kind) -> SocketValue {
        Self.encoded { $0 = AlarmsDocument.alarm(alarm, event: event) }
    }

    /// The most important ones.
    package static func alarms(_ alarms: [Alarm]) -> SocketValue {
        Self.encoded { bytes in
            bytes = JSONMembers.array(alarms.prefix(Limits.alarmsPerEventMax).map { AlarmsDocument.alarm($0) })
        }
    }

    /// The answer to a join of `$alarms`: `{"ok":true,"room":"$alarms","alarms":[…],"total":n,"serverTime":…}`
    package static func joinedAlarms(_ alarms: [Alarm], now: Timestamp) -> SocketValue {
        Self.encoded { bytes in
            var members = JSONMembers()
            members.flag("ok", true)
            members.text("room", Self.alarmsRoom)
            members.array("alarms", alarms.prefix(Limits.alarmsPerEventMax).map { AlarmsDocument.alarm($0) })
            members.number("total", Int64(alarms.count))
            members.time("serverTime", now)
            bytes = members.finished()
        }
    }

    /// The answer to what somebody did with an alarm: `{"ok":true,"alarm":{…}}`
    package static func changed(_ alarm: Alarm) -> SocketValue {
        Self.encoded { bytes in
            var members = JSONMembers()
            members.flag("ok", true)
            members.json("alarm", AlarmsDocument.alarm(alarm))
            bytes = members.finished()
        }
    }

    /// `{"count":…}`
    package static func userCountUpdate(_ count: Int) -> SocketValue {
        ["count": .number(count)]
    }

    /// `{"sender":…,"text":…,"timestamp":…,"id":…,"kind":…,"at":…,"machine":…}`
    package static func message(_ message: RoomMessage) -> SocketValue {
        Self.encoded { MessagesDocument.write(message, into: &$0) }
    }

    /// `{"machine":…,"users":[…],"guests":…}`
    package static func roomUsers(_ users: RoomUsers, of machine: MachineID) -> SocketValue {
        Self.encoded { $0 = users.json(of: machine) }
    }

    /// The whole list.
    package static func handover(_ items: [HandoverItem]) -> SocketValue {
        Self.encoded { HandoverDocument.writeList(items, into: &$0) }
    }

    /// The answer to a join of `$handover`: `{"ok":true,"items":[…]}`
    package static func joinedHandover(_ items: [HandoverItem]) -> SocketValue {
        Self.encoded { $0 = HandoverDocument.json(of: items, isJoin: true) }
    }

    /// The answer to a join:
    /// `{"ok":true,"machine":…,"epoch":…,"firstSeq":…,"nextSeq":…,"lost":…,"readings":[…],"ring":{…},"serverTime":…}`
    ///
    /// - Parameter now: our clock, so that a page can tell how far its own is off; nil: not asked for, and the answer
    ///   ends with the readings.
    package static func joined(_ snapshot: RingSnapshot, now: Timestamp?) -> SocketValue {
        Self.encoded { bytes in
            bytes.reserveCapacity(200 + snapshot.readings.count * 160)
            bytes.append(text: #"{"ok":true,"#)
            ReadingsDocument.writePreamble(of: snapshot, into: &bytes)
            bytes.append(text: #","readings":"#)
            ReadingsDocument.writeArray(of: snapshot.readings, into: &bytes)
            if let now {
                bytes.append(UInt8(ascii: ","))
                MachinesDocument.writeRing(snapshot.extent, now: now, into: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// The answer to a watch: `{"ok":true,"epoch":…,"machines":[{"machine":…,"nextSeq":…},…]}`, by name.
    package static func watching(_ machines: [(machine: MachineID, nextSequence: Int64)], epoch: Epoch) -> SocketValue {
        let list = machines.sorted { $0.machine < $1.machine }.map { entry -> SocketValue in
            ["machine": .string(entry.machine.name), "nextSeq": .number(Int(entry.nextSequence))]
        }
        return ["ok": true, "epoch": .string(epoch.text), "machines": .array(list)]
    }

    private static func encoded(_ write: (inout [UInt8]) -> Void) -> SocketValue {
        var bytes: [UInt8] = []
        write(&bytes)
        return .encoded(EncodedJSON(unchecked: ByteBuffer(bytes: bytes)))
    }
}
