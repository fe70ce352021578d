import Foundation
package import Logging
import Synchronization
package import TelemetryCore

/// Readings from an MQTT broker. Life: `init`, `run` (once), `shutdown` or cancellation.
///
/// What the broker acknowledges to its publishers is its business; what we acknowledge to it (QoS 1) is committed.
package final class MQTTSource: Sendable {
    /// For `/readyz` and `/metrics`.
    package struct Status: Hashable, Sendable {
        /// Subscribed; readings can come.
        package var isConnected = false
        /// When `isConnected` last changed, or the start.
        package var since: Timestamp
        /// One line for people; without the password.
        package var detail: String
        /// Since the start of the process, like all that follow but `inFlight`. QoS 0 and 1, readings and status.
        package var messages = 0
        /// Payload bytes of `messages`.
        package var bytes = 0
        /// Messages that the broker sent again, not knowing whether we had them.
        package var redelivered = 0
        /// Readings that are stored.
        package var committedReadings = 0
        /// Readings that were in their ring already, sent again by the broker.
        package var duplicates = 0
        package var refused = 0
        /// Connections that were up. All but the first are reconnects.
        package var connections = 0
        /// Connections that broke, or were not made.
        package var failures = 0
        /// Messages of the batch that is being committed now: received and not acknowledged.
        package var inFlight = 0

        /// Times that the connection had to be made again.
        package var reconnects: Int { max(0, self.connections - 1) }
    }

    /// What happens, for tests and whoever else wants to wait for it. Called on the MQTT thread; must not block.
    package enum Event: Hashable, Sendable {
        /// A connection is about to be made.
        case connecting
        case connected
        case failed(ConnectionFailure, announced: Bool)
        /// A batch is committed; its acknowledgements leave now.
        case committed(messages: Int)
        case stopped
    }

    /// Blocks until the readings are committed; the receipt tells which of them the writer refused.
    package typealias Commit = @Sendable ([Reading]) throws(ReadingWriter.SubmitError) -> ReadingWriter.Receipt

    private struct Life {
        var isStopRequested = false
        var wakeUp: WakeUp?
        /// The MQTT thread waits for the name server, where nothing can wake it. It holds no message then.
        var isLookingUp = false
        /// Of `run`; resumed once.
        var ended: CheckedContinuation<Void, Never>?
        var status: Status
    }

    let configuration: Configuration
    let commit: Commit
    let directory: MachineDirectory
    let rejections: RejectionLog
    let clock: WallClock
    let logger: Logger
    let onEvent: @Sendable (Event) -> Void
    /// Written by the MQTT thread (status) and by `shutdown`, read by any thread.
    private let life: Mutex<Life>

    package convenience init(
        configuration: Configuration,
        writer: ReadingWriter,
        directory: MachineDirectory,
        rejections: RejectionLog,
        clock: WallClock,
        logger: Logger,
        onEvent: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        self.init(
            configuration: configuration,
            commit: Self.commit(to: writer),
            directory: directory,
            rejections: rejections,
            clock: clock,
            logger: logger,
            onEvent: onEvent
        )
    }

    /// `commit` takes the writer's place: tests hold it back or let it fail.
    package init(
        configuration: Configuration,
        commit: @escaping Commit,
        directory: MachineDirectory,
        rejections: RejectionLog,
        clock: WallClock,
        logger: Logger,
        onEvent: @escaping @Sendable (Event) -> Void
    ) {
        self.configuration = configuration
        self.commit = commit
        self.directory = directory
        self.rejections = rejections
        self.clock = clock
        self.logger = logger
        self.onEvent = onEvent
        let status = Status(since: clock.now(), detail: "not started")
        self.life = Mutex(Life(status: status))
    }

    /// The ordinary `Commit`.
    package static func commit(to writer: ReadingWriter) -> Commit {
        { readings throws(ReadingWriter.SubmitError) in try writer.submitAndWait(readings) }
    }

    package var status: Status { self.life.withLock { $0.status } }

    /// Runs until `shutdown` or cancellation; then what was received is committed and acknowledged, and the broker is
    /// told. Throws a one-line error when the session file or a descriptor cannot be had; never because of the broker.
    package func run() async throws {
        let session = try SessionFile(path: self.configuration.sessionPath)
        let wakeUp = try WakeUp()
        self.life.withLock { life in
            precondition(life.wakeUp == nil, "a source runs once")
            life.wakeUp = wakeUp
            life.status.detail = "connecting to \(self.configuration.broker.redacted)"
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (ended: CheckedContinuation<Void, Never>) in
                self.life.withLock { $0.ended = ended }
                let thread = Thread {
                    Self.blockSignals()
                    MQTTLoop(source: self, session: session, wakeUp: wakeUp).run()
                    self.life.withLock { $0.ended.take() }?.resume()
                }
                thread.name = "telemetry-mqtt"
                thread.start()
            }
        } onCancel: {
            self.shutdown()
        }
    }

    /// Any thread, any number of times; `run` returns soon after. It does not wait for a name server that does not
    /// answer: then the thread ends by itself, later, without having done anything more.
    package func shutdown() {
        let ended = self.life.withLock { life -> CheckedContinuation<Void, Never>? in
            life.isStopRequested = true
            life.wakeUp?.signal()
            return life.isLookingUp ? life.ended.take() : nil
        }
        ended?.resume()
    }

    /// The MQTT thread, around what may wait for a name server. False: do not begin, the end was asked for.
    func beginLookup() -> Bool {
        self.life.withLock { life in
            life.isLookingUp = !life.isStopRequested
            return life.isLookingUp
        }
    }

    /// The MQTT thread.
    func endLookup() { self.life.withLock { $0.isLookingUp = false } }

    var isStopRequested: Bool { self.life.withLock { $0.isStopRequested } }

    /// The MQTT thread.
    func updateStatus(_ change: (inout Status) -> Void) {
        self.life.withLock { change(&$0.status) }
    }

    /// Signals belong to the main thread. SIGPIPE too: OpenSSL writes without MSG_NOSIGNAL, and a broker that went away
    /// must be an error code, not the end of the process.
    private static func blockSignals() {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
    }
}
