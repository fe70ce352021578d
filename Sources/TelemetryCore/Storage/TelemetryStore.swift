package import Logging
import Synchronization

/// All that is kept: opens the database, loads the rings, owns the writer.
///
/// Life: `init` (the database is open, the rings are loaded), `addSink`, `start`, `stop`. A store that was started
/// must be stopped: its thread holds it alive.
package final class TelemetryStore: Sendable {
    package struct Configuration: Sendable {
        package var databasePath: String
        /// N, at least 1.
        package var historyPerMachine: Int
        /// In which units senders send that name none.
        package var units = UnitSettings()
        /// Beside the count; nothing else by default.
        package var retention = Retention()

        package init(databasePath: String, historyPerMachine: Int) {
            self.databasePath = databasePath
            self.historyPerMachine = historyPerMachine
        }
    }

    package let directory: MachineDirectory
    package let writer: ReadingWriter
    package let rejections = RejectionLog()
    /// What is kept beside the readings.
    package var journal: Journal { self.writer.journal }
    /// What is said and noted in the machines' rooms.
    package let messages: MessageBoard
    /// The list for the next shift.
    package let handover: HandoverDesk
    /// What is judged on the stream.
    package let alarms: AlarmDesk
    private let backfill: RingBackfill?

    /// Blocks for as long as the database takes to load; call it before any event loop runs.
    package init(configuration: Configuration, clock: WallClock, logger: Logger) throws(StoreOpenError) {
        precondition(configuration.historyPerMachine >= 1)
        let opened = try StoreOpening(
            path: configuration.databasePath,
            capacity: configuration.historyPerMachine,
            retention: configuration.retention,
            clock: clock,
            logger: logger
        ).open()
        self.directory = opened.directory
        self.backfill = opened.backfill
        let core = WriterCore(
            opened,
            units: configuration.units,
            retention: RetentionSweep(configuration.retention, clock: clock),
            logger: logger
        )
        self.writer = ReadingWriter(core: core)
        self.messages = MessageBoard(journal: self.writer.journal, kept: opened.messages)
        self.handover = HandoverDesk(journal: self.writer.journal, kept: opened.handover)
        let alarms = AlarmDesk(
            opened.alarms,
            directory: opened.directory,
            journal: self.writer.journal,
            clock: clock,
            logger: logger
        )
        self.alarms = alarms
        self.writer.addSink(alarms)
        core.onSecond { alarms.tick(now: clock.now()) }
        // A refusal with a known machine counts in that machine's ledger.
        let directory = opened.directory
        self.rejections.addListener { directory.count($0) }
    }

    /// Before `start`.
    package func addSink(_ sink: any ReadingSink) {
        self.writer.addSink(sink)
    }

    /// Starts the writer thread; submissions made before wait for it. From here on the rings of a large store come into
    /// memory, some seconds for millions of readings; nobody has to wait for that.
    package func start() {
        if !self.writer.isStarted { self.alarms.start() }
        self.writer.start()
        self.backfill?.start()
    }

    /// Commits everything submitted, checkpoints and closes; submissions after it fail with `.stopped`.
    /// Returns when the file is closed. Safe to call twice, and without `start`.
    package func stop() async {
        self.writer.requestStop()
        self.writer.start()
        await self.writer.ended()
    }

    /// For a service group: runs until its task is cancelled or somebody calls `stop`, then stops in order.
    package func run() async throws {
        self.start()
        await withTaskCancellationHandler {
            await self.writer.ended()
        } onCancel: {
            self.writer.requestStop()
        }
    }

    /// Times that the database was found damaged after the start: it is logged, and the next start looks after it.
    package var damageCount: Int { self.backfill?.damageCount ?? 0 }

    /// The last attempt to write worked (for `/readyz`).
    package var isHealthy: Bool { self.writer.isHealthy }

    /// What is wrong, while the last attempt to write did not work.
    package var failure: StoreFailing? { self.writer.failure }
}
