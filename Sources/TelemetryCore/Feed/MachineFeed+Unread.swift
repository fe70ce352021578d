import Synchronization

/// After a start: the older part of the ring is in the database until somebody needs it, or the background has come to
/// it (`RingBackfill`). Whoever asks for more than is here reads it first, on the own thread and without the lock.
extension MachineFeed {
    /// What the body needs of the unread readings.
    enum Need {
        case nothing
        /// All from this sequence on.
        case readings(from: Int64)
        /// The time of the oldest one.
        case oldest
    }

    private enum Step<Value: Sendable>: Sendable {
        case done(Value)
        case read(UnreadPart, ClosedRange<Int64>)
        case readOldest(UnreadPart, ClosedRange<Int64>)
    }

    /// Runs the body under the lock when what it needs is in memory.
    func read<Value: Sendable>(
        needing need: (borrowing ReadingRing) -> Need,
        _ body: (inout State) -> Value
    ) -> Value {
        while true {
            let step = self.state.withLock { state -> Step<Value> in
                guard let part = state.unreadPart, state.ring.unread > 0 else { return .done(body(&state)) }
                let (first, held, count) = (state.ring.firstSequence, state.ring.firstHeld, Int64(state.ring.held))
                switch need(state.ring) {
                case .readings(let from) where from < held:
                    // Up to four times as many as there are: who goes back step by step has few steps to go, and they
                    // are those of what is known of the older ones (`RingMark.distances`).
                    return .read(part, max(first, min(from, held - 3 * count))...(held - 1))
                case .oldest where state.ring.oldest == nil:
                    return .readOldest(part, first...min(held - 1, first + count))
                case .nothing, .readings, .oldest:
                    return .done(body(&state))
                }
            }
            switch step {
            case .done(let value): return value
            case .read(let part, let range): self.fill(range, from: part.source, part)
            case .readOldest(let part, let range): self.readOldest(range, part)
            }
        }
    }

    /// At the start, when all of the newest are historical: the latest reading is further back, if there is one.
    func readUntilLatest() {
        self.read(
            needing: { ring in
                ring.latestSequence == 0 ? .readings(from: ring.firstSequence) : .nothing
            }, { _ in })
    }

    /// The background's: all that is not read yet, and then the health learned from it.
    func readAll(from source: any UnreadReadings) {
        while true {
            let next = self.state.withLock { state -> (UnreadPart, ClosedRange<Int64>)? in
                guard let part = state.unreadPart, state.ring.unread > 0 else { return nil }
                return (part, state.ring.firstSequence...(state.ring.firstHeld - 1))
            }
            guard let (part, range) = next else { break }
            self.fill(range, from: source, part)
        }
        self.learnHealth()
    }

    /// All of the ring is in memory.
    var isRead: Bool { self.state.withLock { $0.ring.unread == 0 } }

    /// For the next start.
    func mark(newest: Int) -> RingMark { self.state.withLock { $0.ring.mark(newest: newest) } }

    private func fill(_ range: ClosedRange<Int64>, from source: any UnreadReadings, _ part: UnreadPart) {
        let piece = source.piece(range, of: self.machine, key: part.key)
        self.state.withLock { state in
            guard let piece else { return state.ring.forgetUnread() }
            let before = state.ring.extraBytes
            state.ring.fill(range, with: piece)
            if piece.hasRetained { state.unreadPart?.hasRetained = true }
            part.source.noteExtraBytes(state.ring.extraBytes - before)
        }
    }

    private func readOldest(_ range: ClosedRange<Int64>, _ part: UnreadPart) {
        let piece = part.source.piece(range, of: self.machine, key: part.key)
        self.state.withLock { state in
            guard let piece else { return state.ring.forgetUnread() }
            state.ring.noteOldest(range, piece)
        }
    }

    /// The health so far was learned from the newest readings. Now from all, as if they had been there from the
    /// beginning: outside the lock what was there at the start, under it the few that came since.
    private func learnHealth() {
        let (ring, part) = self.state.withLock { ($0.ring, $0.unreadPart) }
        guard let part else { return }
        var health = MachineHealth(knownSince: self.knownSince)
        var sequence = ring.firstSequence
        while sequence <= min(part.lastAtStart, ring.lastSequence) {
            if var reading = ring.reading(sequence, of: self.machine)?.reading {
                reading.isRetained = sequence == 1 && part.hasRetained
                health.arrived(reading)
            }
            sequence += 1
        }
        health.loaded(gaps: part.gaps)
        let learned = health
        self.state.withLock { state in
            defer { state.unreadPart = nil }
            // So much came since that the ring has nothing of before: what was learned from that is as good.
            guard let part = state.unreadPart, state.ring.firstSequence <= part.lastAtStart + 1 else { return }
            state.health = self.goOn(with: learned, part, state)
        }
    }

    private func goOn(with learned: MachineHealth, _ part: UnreadPart, _ state: borrowing State) -> MachineHealth {
        var health = learned
        health.expect(every: state.health.staleness.expected)
        var reports = part.reports[...]
        var sequence = part.lastAtStart + 1
        while sequence <= state.ring.lastSequence {
            while let next = reports.first, next.after < sequence {
                health.report(next.report)
                reports.removeFirst()
            }
            if let stored = state.ring.reading(sequence, of: self.machine) { health.arrived(stored.reading) }
            sequence += 1
        }
        for next in reports { health.report(next.report) }
        return health
    }
}
