package import Logging
import Synchronization
package import TelemetryCore

/// Readings of machines that do not exist. Life: `init`, `run` (once), `shutdown` or cancellation.
///
/// The first readings come at once, the others every interval, counted from the start so that they do not drift. When
/// the process slept through several intervals, the missed ones are left out. When the writer cannot keep up, readings
/// are skipped and counted: a simulator must not hold anybody up.
///
/// Faults come by schedule, or at any time by `inject`; they act from the next readings on.
package final class SimulatorSource: Sendable {
    /// Since the start of the process.
    package struct Counters: Hashable, Sendable {
        package var committed = 0
        /// The writer had no room or refused, the whole or some readings.
        package var skipped = 0
        /// Submitted, not answered yet.
        package var inFlight = 0
    }

    /// Must not block; the completion comes on any thread.
    package typealias Submit =
        @Sendable (
            [Reading], @escaping @Sendable (Result<ReadingWriter.Receipt, ReadingWriter.SubmitError>) -> Void
        ) -> Void

    private struct Injection {
        let machine: MachineID
        let fault: SimulatorFault
        let duration: Duration
    }

    private let machines: [MachineID]
    private let interval: Duration
    private let seed: UInt64
    private let submit: Submit
    private let clock: WallClock
    private let timer: any Clock<Duration>
    private let logger: Logger
    private let faults: [ScheduledFault]
    private let state = Mutex(Counters())
    /// Injected, and not seen by the producing task yet.
    private let injected = Mutex<[Injection]>([])
    private let stopSignal: AsyncStream<Void>
    private let stopContinuation: AsyncStream<Void>.Continuation

    /// `timer` says when readings are made; `clock` only stamps them.
    package convenience init(
        machines: [MachineID],
        interval: Duration,
        seed: UInt64,
        faults: [ScheduledFault] = [],
        writer: ReadingWriter,
        clock: WallClock,
        logger: Logger,
        timer: any Clock<Duration> = ContinuousClock()
    ) {
        self.init(
            machines: machines,
            interval: interval,
            seed: seed,
            faults: faults,
            submit: { writer.submit($0, completion: $1) },
            clock: clock,
            logger: logger,
            timer: timer
        )
    }

    /// `submit` takes the writer's place, for tests.
    package init(
        machines: [MachineID],
        interval: Duration,
        seed: UInt64,
        faults: [ScheduledFault] = [],
        submit: @escaping Submit,
        clock: WallClock,
        logger: Logger,
        timer: any Clock<Duration>
    ) {
        precondition(!machines.isEmpty && interval >= Limits.simulatorIntervalMin)
        self.machines = machines
        self.interval = interval
        self.seed = seed
        self.faults = faults
        self.submit = submit
        self.clock = clock
        self.timer = timer
        self.logger = logger
        (self.stopSignal, self.stopContinuation) = AsyncStream.makeStream()
    }

    package var counters: Counters { self.state.withLock { $0 } }

    /// The machine has this fault from its next reading on, for so long. Any thread.
    package func inject(
        _ fault: SimulatorFault, machine: MachineID, duration: Duration
    ) throws(SimulatorFaultError) {
        try ScheduledFault.check(machine, among: self.machines)
        try SimulatorFault.check(duration)
        let isTaken = self.injected.withLock { injected in
            guard injected.count < Limits.simulatorInjectionsMax else { return false }
            injected.append(Injection(machine: machine, fault: fault, duration: duration))
            return true
        }
        guard isTaken else {
            throw SimulatorFaultError(.busy, "too many faults wait for the next readings; try again after them")
        }
    }

    /// Runs until `shutdown` or cancellation; both are an ordinary end.
    package func run() async throws {
        let metadata: Logger.Metadata = [
            "machines": "\(self.machines.count)", "interval": "\(self.interval)", "seed": "\(self.seed)",
        ]
        self.logger.info("simulator started", metadata: metadata)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.produce(self.timer) }
            group.addTask { for await _ in self.stopSignal {} }
            await group.next()
            group.cancelAll()
        }
    }

    /// Any thread, any number of times.
    package func shutdown() {
        self.stopContinuation.finish()
    }

    private func produce<Timer: Clock<Duration>>(_ timer: Timer) async {
        var machines = self.machines.map { SimulatedMachine($0, seed: self.seed) }
        var schedule = self.faults.sorted { $0.start < $1.start }[...]
        let seconds = self.interval / .seconds(1)
        let began = timer.now
        var due = began
        while !Task.isCancelled {
            let now = self.clock.now()
            let elapsed = began.duration(to: due)
            self.beginFaults(&machines, &schedule, elapsed)
            var readings: [Reading] = []
            readings.reserveCapacity(machines.count)
            for index in machines.indices {
                readings += machines[index].readings(at: elapsed / .seconds(1), seconds: seconds, now: now)
            }
            self.endFaults(&machines, elapsed)
            if !readings.isEmpty { self.send(readings) }
            due = due.advanced(by: self.interval)
            // Far behind (the machine slept): go on from now instead of catching up in a burst.
            if due.duration(to: timer.now) > self.interval { due = timer.now }
            do {
                try await timer.sleep(until: due, tolerance: nil)
            } catch {
                // Only cancellation ends a sleep.
                return
            }
        }
    }

    private func beginFaults(
        _ machines: inout [SimulatedMachine], _ schedule: inout ArraySlice<ScheduledFault>, _ elapsed: Duration
    ) {
        while let next = schedule.first, next.start <= elapsed {
            schedule.removeFirst()
            self.begin(next.fault, of: next.machine, next.start, next.duration, &machines)
        }
        let injected = self.injected.withLock { injected in
            defer { injected = [] }
            return injected
        }
        for one in injected { self.begin(one.fault, of: one.machine, elapsed, one.duration, &machines) }
    }

    private func begin(
        _ fault: SimulatorFault, of machine: MachineID, _ start: Duration, _ duration: Duration,
        _ machines: inout [SimulatedMachine]
    ) {
        guard let index = machines.firstIndex(where: { $0.id == machine }) else { return }
        machines[index].add(fault, begin: start / .seconds(1), end: (start + duration) / .seconds(1))
        let metadata: Logger.Metadata = ["machine": "\(machine)", "fault": "\(fault)", "duration": "\(duration)"]
        self.logger.notice("simulated fault begins", metadata: metadata)
    }

    private func endFaults(_ machines: inout [SimulatedMachine], _ elapsed: Duration) {
        for index in machines.indices {
            for fault in machines[index].removeEndedFaults(at: elapsed / .seconds(1)) {
                let metadata: Logger.Metadata = ["machine": "\(machines[index].id)", "fault": "\(fault)"]
                self.logger.notice("simulated fault is over", metadata: metadata)
            }
        }
    }

    private func send(_ readings: [Reading]) {
        let hasRoom = self.state.withLock { counters in
            guard counters.inFlight < Limits.simulatorInFlightMax else {
                counters.skipped += readings.count
                return false
            }
            counters.inFlight += readings.count
            return true
        }
        guard hasRoom else { return }
        self.submit(readings) { result in
            self.state.withLock { counters in
                counters.inFlight -= readings.count
                switch result {
                case .success(let receipt):
                    counters.committed += readings.count - receipt.refused.count
                    counters.skipped += receipt.refused.count
                case .failure: counters.skipped += readings.count
                }
            }
        }
    }
}
