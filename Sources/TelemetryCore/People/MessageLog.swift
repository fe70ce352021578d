/// The last lines of every machine's room, in the order in which they came. A value; who owns it guards it.
struct MessageLog {
    private struct Room {
        var lines: [RoomMessage] = []
        var notices = 0
        /// Of messages and notes.
        var kept: Int { self.lines.count - self.notices }
    }

    private let keptInAllMax: Int
    private var rooms: [MachineID: Room] = [:]
    /// Messages and notes of all rooms.
    private(set) var kept = 0

    init(keptInAllMax: Int = Limits.messagesKeptInAllMax) {
        self.keptInAllMax = keptInAllMax
    }

    /// The last of a machine, newest last.
    func recent(_ machine: MachineID) -> [RoomMessage] {
        self.rooms[machine]?.lines.suffix(Limits.messagesKeptMax) ?? []
    }

    /// Takes a line in. Returns the number up to which the messages of all machines have to go, if they are too many
    /// together; those of this machine alone are bounded here.
    mutating func append(_ line: RoomMessage) -> Int64? {
        var room = self.rooms[line.machine, default: Room()]
        room.lines.append(line)
        if line.kind == .notice {
            room.notices += 1
            if room.notices > Limits.noticesKeptMax { Self.removeFirst(where: { $0.kind == .notice }, &room) }
        } else {
            self.kept += 1
            if room.kept > Limits.messagesKeptMax {
                Self.removeFirst(where: { $0.kind != .notice }, &room)
                self.kept -= 1
            }
        }
        self.rooms[line.machine] = room
        return self.kept > self.keptInAllMax ? self.removeOldest() : nil
    }

    /// A look at every room: only while the log of all is full.
    private mutating func removeOldest() -> Int64? {
        let firsts = self.rooms.values.compactMap { room in room.lines.first { $0.kind != .notice } }
        guard let oldest = firsts.min(by: { ($0.id ?? 0) < ($1.id ?? 0) }), var room = self.rooms[oldest.machine] else {
            return nil
        }
        Self.removeFirst(where: { $0.kind != .notice }, &room)
        self.kept -= 1
        self.rooms[oldest.machine] = room.lines.isEmpty ? nil : room
        return oldest.id
    }

    private static func removeFirst(where isIt: (RoomMessage) -> Bool, _ room: inout Room) {
        guard let index = room.lines.firstIndex(where: isIt) else { return }
        if room.lines[index].kind == .notice { room.notices -= 1 }
        room.lines.remove(at: index)
    }
}
