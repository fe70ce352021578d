package import TelemetryCore

/// Which client has joined which machine, and under which name. A value; who owns it guards it.
package struct RoomPresence: Sendable {
    private struct Visitor {
        var name: String?
        var since: Timestamp
    }

    /// By the socket's id.
    private var rooms: [MachineID: [String: Visitor]] = [:]

    package init() {}

    /// A client has joined, or calls itself otherwise now.
    package mutating func enter(_ id: String, _ machine: MachineID, as name: String?, at now: Timestamp) {
        let before = self.rooms[machine]?[id]
        let since = before.flatMap { $0.name == name ? $0.since : nil } ?? now
        self.rooms[machine, default: [:]][id] = Visitor(name: name, since: since)
    }

    /// A client has left. False: it was not there.
    package mutating func leave(_ id: String, _ machine: MachineID) -> Bool {
        guard self.rooms[machine]?.removeValue(forKey: id) != nil else { return false }
        if self.rooms[machine]?.isEmpty == true { self.rooms[machine] = nil }
        return true
    }

    /// Clients that have joined the machine.
    package func count(of machine: MachineID) -> Int { self.rooms[machine]?.count ?? 0 }

    /// Who is there now.
    package func users(of machine: MachineID) -> RoomUsers {
        var guests = 0
        var earliest: [String: Timestamp] = [:]
        for visitor in (self.rooms[machine] ?? [:]).values {
            guard let name = visitor.name else {
                guests += 1
                continue
            }
            earliest[name] = min(earliest[name] ?? visitor.since, visitor.since)
        }
        let users = earliest.map { RoomUsers.Person(name: $0.key, since: $0.value) }
            .sorted { ($0.since, $0.name) < ($1.since, $1.name) }
        let listed = users.prefix(Limits.roomUsersListedMax)
        return RoomUsers(users: Array(listed), more: users.count - listed.count, guests: guests)
    }
}
