/// Decides about each reading that was submitted: stored with the next sequence, or skipped, a duplicate, refused.
/// Owns the machines as the writer sees them, and the open batch. Writer thread.
struct Admission {
    private enum Outcome {
        case stored(Int64)
        /// Retained, and the machine has readings already.
        case skipped
        /// Redelivered, and in the ring already.
        case duplicate
        case refused(RejectionReason, remedy: String)
    }

    /// More may be loaded from a database; none is added then.
    private let machinesMax: Int
    /// Bytes of extra metrics in all rings together: beyond it old readings go (`ExtraSweep`), a quarter beyond it new
    /// ones are refused.
    private let extraBytesMax: Int
    private let directory: MachineDirectory
    private var units: UnitSettings
    private var lanes: [MachineID: MachineLane] = [:]
    private var lastKey: Int64 = 0
    /// Of extra metrics in all rings, committed, but for those that came in later from the database (`backfill`).
    private var extraBytesHere = 0
    private let backfill: RingBackfill?
    /// What the open batch adds to them at most.
    private var extraBytesInBatch = 0
    /// The machines with redelivered readings in the submissions at hand.
    private var redelivering: [MachineID: RedeliveryCheck] = [:]
    private(set) var batch = WriteBatch()

    init(_ opened: OpenedStore, units: UnitSettings, machinesMax: Int, extraBytesMax: Int) {
        self.machinesMax = machinesMax
        self.extraBytesMax = extraBytesMax
        self.directory = opened.directory
        self.units = units
        self.backfill = opened.backfill
        for machine in opened.machines {
            let units = MachineUnits(machine: machine.feed.machine, settings: units, kept: machine.units)
            machine.feed.setUnits(units.shown)
            self.lanes[machine.feed.machine] = MachineLane(
                machine: machine.feed.machine,
                key: machine.key,
                feed: machine.feed,
                units: units,
                isStored: true
            )
            self.lastKey = max(self.lastKey, machine.key)
            self.extraBytesHere += machine.feed.extraBytes
        }
        self.extraBytesHere -= self.backfill?.extraBytesFound ?? 0
    }

    private var extraBytes: Int { self.extraBytesHere + (self.backfill?.extraBytesFound ?? 0) }

    var machineCount: Int { self.lanes.count }

    /// Bytes of extra metrics to let go of, a sixteenth more than there are too many; 0 while there are not.
    var extraBytesExcess: Int {
        let extraBytes = self.extraBytes
        return extraBytes > self.extraBytesMax ? extraBytes - self.extraBytesMax + self.extraBytesMax / 16 : 0
    }

    /// The key of a machine whose readings are committed.
    func key(of machine: MachineID) -> Int64? {
        guard let lane = self.lanes[machine], lane.isStored else { return nil }
        return lane.key
    }

    /// Between batches: for the readings to come.
    mutating func configure(_ units: UnitSettings) {
        assert(self.batch.isEmpty)
        self.units = units
        for lane in self.lanes.values {
            lane.units.configure(units)
            lane.feed.setUnits(lane.units.shown)
        }
    }

    /// Takes the submissions into the batch, in order. A reading that is refused leaves the others as they are.
    mutating func admit(_ submissions: [Submission]) -> [ReadingWriter.Receipt] {
        self.prepareRedelivery(submissions)
        return submissions.map { self.admit($0.readings) }
    }

    /// Beside the readings: written in their transaction.
    mutating func add(_ labels: [RecordChanges.Labels], _ ledgers: [RecordChanges.Ledger]) {
        self.batch.records.labels = labels
        self.batch.records.ledgers = ledgers
    }

    /// The transaction is committed: the rings get the readings, the machines become visible.
    mutating func publish() {
        for lane in self.batch.lanes {
            let run = self.batch.run(of: lane)
            if lane.isStored {
                self.extraBytesHere += lane.feed.append(run, counts: lane.counts)
            } else {
                self.extraBytesHere += self.directory.insert(lane.feed, with: run, counts: lane.counts)
                lane.isStored = true
            }
            if lane.unitsCommitted != nil { lane.feed.setUnits(lane.units.shown) }
            lane.settle()
            assert(lane.feed.lastSequence == lane.lastSequence, "ring and writer disagree")
        }
    }

    /// Between batches: these are gone from the database.
    mutating func drop(_ drops: [RingDrop]) {
        for drop in drops { self.extraBytesHere += drop.feed.dropOldest(through: drop.last) }
    }

    /// The transaction failed: no sequence and no key is used up.
    mutating func rollBack() {
        for lane in self.batch.lanes.reversed() {
            lane.rollBack()
            if lane.isStored { continue }
            assert(lane.key == self.lastKey && lane.lastSequence == 0)
            self.lanes[lane.machine] = nil
            self.lastKey -= 1
        }
    }

    /// For the next transaction.
    mutating func clear() {
        self.batch.removeAll()
        self.extraBytesInBatch = 0
        if self.redelivering.isEmpty { return }
        for machine in self.redelivering.keys { self.lanes[machine]?.redelivery = nil }
        self.redelivering.removeAll()
    }

    private mutating func admit(_ readings: [Reading]) -> ReadingWriter.Receipt {
        var stored: [Int64?] = []
        stored.reserveCapacity(readings.count)
        var refused: [ReadingWriter.Receipt.Refusal] = []
        var duplicates = 0
        for reading in readings {
            switch self.admit(reading) {
            case .stored(let sequence):
                stored.append(sequence)
                continue
            case .skipped:
                break
            case .duplicate:
                duplicates += 1
            case .refused(let reason, let remedy):
                refused.append(.init(index: stored.count, reason: reason, remedy: remedy))
            }
            stored.append(nil)
        }
        return ReadingWriter.Receipt(stored: stored, refused: refused, duplicates: duplicates)
    }

    private mutating func admit(_ reading: Reading) -> Outcome {
        if let lane = self.lanes[reading.machine] { return self.admit(reading, to: lane) }
        guard self.lanes.count < self.machinesMax else {
            return .refused(
                .tooManyMachines,
                remedy: "there are \(self.machinesMax) machines already and none is added; check the machine's name, "
                    + "or start with another --database"
            )
        }
        let lane = self.newLane(for: reading)
        let outcome = self.admit(reading, to: lane)
        // Only a reading that is stored makes a machine.
        guard case .stored = outcome else { return outcome }
        self.lastKey = lane.key
        self.lanes[lane.machine] = lane
        return outcome
    }

    private func newLane(for reading: Reading) -> MachineLane {
        let feed = MachineFeed(
            machine: reading.machine,
            epoch: self.directory.epoch,
            capacity: self.directory.capacity,
            knownSince: reading.received
        )
        let units = MachineUnits(machine: reading.machine, settings: self.units)
        let lane = MachineLane(
            machine: reading.machine,
            key: self.lastKey + 1,
            feed: feed,
            units: units,
            isStored: false
        )
        feed.setUnits(units.shown)
        lane.redelivery = self.redelivering[reading.machine]
        return lane
    }

    private mutating func admit(_ reading: Reading, to lane: MachineLane) -> Outcome {
        if reading.isRetained, lane.lastSequence > 0 {
            lane.counts.skipped += 1
            self.batch.enter(lane)
            return .skipped
        }
        if !reading.units.isEmpty || lane.units.convertsUnnamed { return self.convert(reading, to: lane) }
        return self.take(reading, to: lane, naming: [])
    }

    private mutating func convert(_ reading: Reading, to lane: MachineLane) -> Outcome {
        var (reading, units) = (reading, lane.units)
        do {
            let named = try units.admit(&reading)
            let outcome = self.take(reading, to: lane, naming: named)
            guard case .stored = outcome else { return outcome }
            if !named.isEmpty, lane.unitsCommitted == nil { lane.unitsCommitted = lane.units }
            lane.units = units
            return outcome
        } catch {
            return .refused(error.reason, remedy: error.remedy)
        }
    }

    /// The reading in canonical units; `naming`: the units it is the first with.
    private mutating func take(_ reading: Reading, to lane: MachineLane, naming: [MetricUnit]) -> Outcome {
        if lane.redelivery != nil, self.isDuplicate(reading, of: lane) {
            lane.counts.duplicates += 1
            self.batch.enter(lane)
            return .duplicate
        }
        if !reading.metrics.extra.isEmpty, !self.hasRoom(for: reading.metrics.extra, of: lane) {
            return .refused(
                .noRoomForMetrics,
                remedy: "all rings together hold \(self.extraBytesMax >> 20) MiB of extra metrics; send fewer of them, "
                    + "or start with a smaller --history"
            )
        }
        if lane.isLate(reading) { lane.counts.late += 1 }
        lane.counts.stored += 1
        let sequence = self.batch.add(reading, to: lane)
        lane.redelivery?.note(reading, sequence: sequence)
        for unit in naming {
            self.batch.records.units.append(.init(key: lane.key, metric: unit.metric, symbol: unit.symbol))
        }
        return .stored(sequence)
    }
}

// MARK: - Redelivered readings

extension Admission {
    /// Looks up in the rings what was redelivered: one pass over the ring of each machine that has any. The common
    /// reading costs one look at a flag.
    private mutating func prepareRedelivery(_ submissions: [Submission]) {
        for submission in submissions {
            for index in submission.readings.indices where submission.readings[index].isRedelivered {
                let reading = submission.readings[index]
                guard reading.hasSourceTime else { continue }
                self.redelivering[reading.machine, default: RedeliveryCheck()].expect(reading.timestamp)
            }
        }
        for (machine, check) in self.redelivering {
            guard let lane = self.lanes[machine] else { continue }
            var check = check
            for stored in lane.feed.readings(at: check.times) {
                check.note(stored.reading, sequence: stored.sequence)
            }
            lane.redelivery = check
        }
    }

    private func isDuplicate(_ reading: Reading, of lane: MachineLane) -> Bool {
        guard reading.isRedelivered, reading.hasSourceTime else { return false }
        let firstKept = lane.lastSequence - Int64(self.directory.capacity) + 1
        return lane.redelivery?.isKnown(reading, firstKept: firstKept) ?? false
    }
}

// MARK: - Room for extra metrics

extension Admission {
    /// At the limit a full ring goes on: what it overwrites makes room.
    private mutating func hasRoom(for extra: [ExtraMetric], of lane: MachineLane) -> Bool {
        let bytes = ExtraMetric.ringBytes(of: extra)
        if self.extraBytes + self.extraBytesInBatch + bytes > self.extraBytesMax + self.extraBytesMax / 4 {
            let overwritten = lane.lastSequence + 1 - Int64(self.directory.capacity)
            return bytes <= lane.feed.extraBytes(of: overwritten)
        }
        self.extraBytesInBatch += bytes
        return true
    }
}
