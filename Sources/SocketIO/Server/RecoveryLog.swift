import NIOCore

/// What is needed to give an absent client its place back: the events of one namespace in a ring bounded by count,
/// bytes and age, and the sessions of those who are away. Each event is kept once, however many clients are away.
/// Without I/O; time is an argument.
struct RecoveryLog {
    struct Entry {
        let target: BroadcastTarget
        let message: OutboundMessage
        let storedAt: NIODeadline
    }

    /// Where a socket stood when it left.
    struct Session {
        let socketID: String
        let rooms: Set<String>
        let data: SocketObject
        /// The index of the last event that was sent to it, and of the first event that reached its event loop after it
        /// had gone.
        let lastSent: Int
        let goneSince: Int
        let leftAt: NIODeadline
    }

    /// A session taken back.
    struct Claim {
        let pid: String
        let session: Session
        /// The index of the first event its client may have missed.
        let start: Int
    }

    struct Missed {
        /// In order, offsets included.
        let messages: [OutboundMessage]
        /// The index of the last event that the client has then seen.
        let lastSent: Int
        /// Events from this index on are not among them.
        let next: Int
    }

    private let configuration: RecoveryConfiguration
    /// Stands before each offset, so that one of an earlier process is not mistaken for ours.
    private let tag: String
    private var entries = CircularBuffer<Entry>()
    /// The index of the first entry that is kept.
    private var first = 0
    private var byteCount = 0
    private var sessions: [String: Session] = [:]
    /// Private ids in the order of leaving, with those already taken back.
    private var departures = CircularBuffer<String>()

    init(configuration: RecoveryConfiguration, tag: String) {
        self.configuration = configuration
        self.tag = tag
    }

    /// The index the next event will have.
    var next: Int { self.first + self.entries.count }

    var hasSessions: Bool { !self.sessions.isEmpty }

    /// The string that goes with the event of this index, as its last argument.
    func offset(_ index: Int) -> String { "\(self.tag)\(String(index, radix: 36))" }

    mutating func append(_ message: OutboundMessage, target: BroadcastTarget, now: NIODeadline) {
        self.entries.append(Entry(target: target, message: message, storedAt: now))
        self.byteCount += message.byteCount
        self.trim(now: now)
    }

    private mutating func trim(now: NIODeadline) {
        while let oldest = self.entries.first {
            let isOverLimit =
                self.entries.count > self.configuration.eventsMax || self.byteCount > self.configuration.bytesMax
            guard isOverLimit || now - oldest.storedAt > self.configuration.maxDisconnectionDuration else { return }
            self.byteCount -= oldest.message.byteCount
            self.entries.removeFirst()
            self.first += 1
        }
    }

    /// A socket has left for a reason that it may come back from.
    mutating func save(_ session: Session, pid: String) {
        self.expire(now: session.leftAt)
        self.sessions[pid] = session
        self.departures.append(pid)
        while self.departures.count > self.configuration.sessionsMax {
            self.sessions[self.departures.removeFirst()] = nil
        }
    }

    private mutating func expire(now: NIODeadline) {
        while let pid = self.departures.first {
            if let session = self.sessions[pid] {
                guard now - session.leftAt > self.configuration.maxDisconnectionDuration else { return }
                self.sessions[pid] = nil
            }
            self.departures.removeFirst()
        }
    }

    /// Takes a session back: each works once, and only while all that its client has missed is still here.
    ///
    /// - Parameter offset: the last one the client has seen; `nil` if it never got an event.
    mutating func claim(pid: String, offset: String?, now: NIODeadline) -> Claim? {
        self.expire(now: now)
        guard let session = self.sessions[pid] else { return nil }
        let seen: Int
        if let offset {
            guard offset.hasPrefix(self.tag), let index = Int(offset.dropFirst(self.tag.count), radix: 36) else {
                return nil
            }
            seen = index
        } else {
            // It has seen nothing; that is the whole truth if nothing was sent to it, and else all of it is missing.
            seen = -1
        }
        guard seen <= session.lastSent else { return nil }
        // Who has seen all that was sent needs only what came after; it does not matter how long ago that last event
        // was.
        let start = seen == session.lastSent ? session.goneSince : seen + 1
        guard start >= self.first else { return nil }
        self.sessions[pid] = nil
        return Claim(pid: pid, session: session, start: start)
    }

    /// What the claimed session has missed until now; `nil` if some of it has gone since.
    func missed(_ claim: Claim) -> Missed? {
        guard claim.start >= self.first else { return nil }
        var messages: [OutboundMessage] = []
        var lastSent = claim.session.lastSent
        for (index, entry) in self.entries.enumerated().dropFirst(claim.start - self.first)
        where claim.session.receives(entry.target) {
            messages.append(entry.message)
            lastSent = self.first + index
        }
        return Missed(messages: messages, lastSent: lastSent, next: self.next)
    }
}

extension RecoveryLog.Session {
    func receives(_ target: BroadcastTarget) -> Bool {
        let isAddressed = target.rooms.isEmpty || target.rooms.contains { self.rooms.contains($0) }
        return isAddressed && !target.except.contains { self.rooms.contains($0) }
    }
}

extension DisconnectReason {
    /// Whether a client that left like this may come back to its session: the six reasons of Node, and that of a client
    /// that was too slow. Not after one of the two goodbyes, and not for who broke the protocol or a limit.
    var isRecoverable: Bool {
        switch self {
        case .transportError, .transportClose, .forcedClose, .pingTimeout, .serverShuttingDown, .forcedServerClose,
            .slowConsumer:
            true
        default: false
        }
    }
}
