package import Logging
import Synchronization
package import TelemetryCore

/// Readings of machines that do not exist. Life: `init`, `run` (once), `shutdown` or cancellation.
///
/// The first readings come at once, the others every interval, counted from the start so that they do not drift. When
/// the process slept through several intervals, the missed ones are left out. When the writer cannot keep up, readings
/// are skipped and counted: a simulator must not hold anybody up.
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

    private let machines: [MachineID]
    private let interval: Duration
    private let seed: UInt64
    private let submit: Submit
    private let clock: WallClock
    private let timer: any Clock<Duration>
    private let logger: Logger
    private let state = Mutex(Counters())
    private let stopSignal: AsyncStream<Void>
    private let stopContinuation: AsyncStream<Void>.Continuation

    /// `timer` says when readings are made; `clock` only stamps them.
    package convenience init(
        machines: [MachineID],
        interval: Duration,
        seed: UInt64,
        writer: ReadingWriter,
        clock: WallClock,
        logger: Logger,
        timer: any Clock<Duration> = ContinuousClock()
    ) {
        self.init(
            machines: machines,
            interval: interval,
            seed: seed,
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
        submit: @escaping Submit,
        clock: WallClock,
        logger: Logger,
        timer: any Clock<Duration>
    ) {
        precondition(!machines.isEmpty && interval >= Limits.simulatorIntervalMin)
        self.machines = machines
        self.interval = interval
        self.seed = seed
        self.submit = submit
        self.clock = clock
        self.timer = timer
        self.logger = logger
        (self.stopSignal, self.stopContinuation) = AsyncStream.makeStream()
    }

    package var counters: Counters { self.state.withLock { $0 } }

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
        var models = self.machines.map { ($0, MachineModel(name: $0.name, seed: self.seed)) }
        let seconds = self.interval / .seconds(1)
        var due = timer.now
        while !Task.isCancelled {
            let now = self.clock.now()
            var readings: [Reading] = []
            readings.reserveCapacity(models.count)
            for index in models.indices {
                let metrics = models[index].1.step(seconds: seconds)
                readings.append(Reading(machine: models[index].0, timestamp: now, received: now, metrics: metrics))
            }
            self.send(readings)
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
