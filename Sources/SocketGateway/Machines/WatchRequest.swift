package import SocketIO
package import TelemetryCore

/// The argument of `watch`, checked: several machines at once, or all of them.
package enum WatchRequest: Equatable, Sendable {
    /// These, whether or not they are there yet. Empty: none any more.
    case machines(Set<MachineID>)
    /// Every machine, those that come later too.
    case all

    /// Reads the event's first argument: `{"machines":["a","b"]}` or `{"machines":"*"}`.
    package init(_ argument: SocketValue?) throws(ClientError) {
        let value = argument?.objectValue?["machines"]
        if value?.stringValue == "*" {
            self = .all
            return
        }
        guard let list = value?.arrayValue else {
            throw ClientError(.badRequest, "watch takes {\"machines\":[\"a\",\"b\"]} or {\"machines\":\"*\"}.")
        }
        guard list.count <= Limits.machinesPerWatchMax else {
            throw ClientError(.badRequest, "At most \(Limits.machinesPerWatchMax) machines can be named in one watch.")
        }
        var machines: Set<MachineID> = []
        for entry in list {
            guard let name = entry.stringValue else {
                throw ClientError(.badRequest, "\"machines\" must be a list of names.")
            }
            // No machine, but a room that may be watched with them.
            if name == WireEvents.rejectedRoom { continue }
            machines.insert(try JoinRequest.machine(named: name))
        }
        self = .machines(machines)
    }

    /// Whether `$rejected` is among the names.
    package static func namesRejected(_ argument: SocketValue?) -> Bool {
        argument?.objectValue?["machines"]?.arrayValue?.contains { $0.stringValue == WireEvents.rejectedRoom } ?? false
    }
}
