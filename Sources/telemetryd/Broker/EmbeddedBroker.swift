import Foundation
import Ingest
import Logging
import SocketGateway
import Synchronization

/// An MQTT broker of our own, for those who have none: the installed mosquitto as a child that is watched, started
/// again when it ends, and ends with the gateway.
///
/// Life: `init` (files written, port looked at), `start`, `shutdown`.
final class EmbeddedBroker: Sendable {
    private enum FirstOutcome: Sendable {
        case running
        case ended(String)
    }

    private struct State {
        var isStarted = false
        var isStopping = false
        var isRunning = false
        /// The child, from its start until its number is given back.
        var process: pid_t?
        var restarts = 0
        var lastWords = ""
    }

    /// Where the gateway connects, with its account.
    let url: BrokerURL
    private let program: BrokerProgram
    private let files: BrokerFiles
    private let logger: Logger
    private let backoff = Backoff(min: .milliseconds(500), max: .seconds(30))
    /// Guards what the supervising thread and `shutdown` share.
    private let state = Mutex(State())
    private let wakeUp = DispatchSemaphore(value: 0)
    private let firstOutcome = AsyncStream<FirstOutcome>.makeStream()
    private let ended = AsyncStream<Never>.makeStream()

    /// Throws a ``StartFailure`` if mosquitto is not installed, the port is taken, or a file cannot be written.
    init(_ options: BrokerOptions, databasePath: String, searchPath: String?, logger: Logger) throws {
        self.logger = logger
        self.program = try BrokerProgram(searchPath: searchPath)
        self.files = try BrokerFiles(databasePath: databasePath)
        Self.endOrphan(self.files, logger: logger)
        let port = try BrokerPort.free(host: options.host, port: options.port)
        let account = try self.files.write(options, port: port, program: self.program)
        let host = ["0.0.0.0": "127.0.0.1", "::": "::1"][options.host] ?? options.host
        let credentials = account.map { "\($0.user):\($0.password)@" } ?? ""
        self.url = try BrokerURL(parsing: "mqtt://\(credentials)\(host.contains(":") ? "[\(host)]" : host):\(port)")
    }

    /// Starts it and returns when it runs. Throws a ``StartFailure`` with its last words if it ends before that.
    func start() async throws {
        self.state.withLock { $0.isStarted = true }
        let thread = Thread { self.supervise() }
        thread.name = "telemetry-broker"
        thread.start()
        for await outcome in self.firstOutcome.stream {
            if case .ended(let words) = outcome { throw StartFailure("the broker did not start: \(words)") }
        }
    }

    /// Ends it in order: it writes down its sessions and what is queued in them. Safe to call without `start`.
    func shutdown() async {
        let isStarted = self.state.withLock { state in
            state.isStopping = true
            Self.send(SIGTERM, state)
            return state.isStarted
        }
        self.wakeUp.signal()
        guard isStarted else { return }
        let impatience = Task {
            try await ContinuousClock().sleep(for: Limits.brokerEndMax)
            self.state.withLock { Self.send(SIGKILL, $0) }
        }
        for await _ in self.ended.stream {}
        impatience.cancel()
    }

    /// Any thread.
    var status: SourceStatus {
        let state = self.state.withLock { $0 }
        let detail = state.isRunning ? "mosquitto runs on \(self.url.redacted)" : "mosquitto does not run"
        var counters = SourceStatus.Counters()
        counters.reconnects = state.restarts
        return SourceStatus(name: "broker", isWorking: state.isRunning, detail: detail, counters: counters)
    }

    /// On a thread of its own, for as long as the gateway lives.
    private func supervise() {
        var set = sigset_t()
        sigfillset(&set)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        defer {
            self.firstOutcome.continuation.finish()
            self.ended.continuation.finish()
        }
        var attempt = 0
        while true {
            let began = ContinuousClock.now
            let (words, hasRun) = self.runOnce()
            if self.state.withLock({ $0.isStopping }) { return }
            if !hasRun, attempt == 0 {
                self.firstOutcome.continuation.yield(.ended(words))
                return
            }
            attempt = began.duration(to: .now) >= Limits.brokerSteadyTime ? 1 : attempt + 1
            let pause = self.backoff.pause(attempt: attempt, jitter: .random(in: 0...1))
            self.logger.error("broker ended; it is started again", metadata: ["how": "\(words)", "in": "\(pause)"])
            self.state.withLock { $0.restarts += 1 }
            let (seconds, attoseconds) = pause.components
            let wait = Double(seconds) + Double(attoseconds) / 1e18
            if self.wakeUp.wait(timeout: .now() + wait) == .success { return }
        }
    }

    /// One run from start to end: how it ended, and whether it was up.
    private func runOnce() -> (words: String, hasRun: Bool) {
        let child: BrokerChild
        do {
            child = try BrokerChild(program: self.program.broker, configuration: self.files.configuration)
        } catch {
            return (error.description, false)
        }
        self.files.note(process: child.process)
        self.state.withLock { state in
            state.process = child.process
            if state.isStopping { Self.send(SIGTERM, state) }
        }
        var lastError: String?
        var hasRun = false
        child.readLog { line in
            if line.hasPrefix("Error") { lastError = line }
            self.log(line)
            if !hasRun, line.hasPrefix("mosquitto version"), line.hasSuffix("running") {
                hasRun = true
                self.state.withLock { $0.isRunning = true }
                self.logger.info("broker runs", metadata: ["url": "\(self.url.redacted)"])
                self.firstOutcome.continuation.yield(.running)
                self.firstOutcome.continuation.finish()
            }
        }
        child.waitForEnd()
        self.state.withLock { state in
            state.process = nil
            state.isRunning = false
        }
        let how = child.bury()
        return (lastError.map { "\($0) (\(how))" } ?? how, hasRun)
    }

    private func log(_ line: String) {
        if line.hasPrefix("Error") {
            self.logger.error("mosquitto", metadata: ["line": "\(line)"])
        } else if line.hasPrefix("Warning") {
            self.logger.warning("mosquitto", metadata: ["line": "\(line)"])
        } else {
            self.logger.debug("mosquitto", metadata: ["line": "\(line)"])
        }
    }

    private static func send(_ signal: CInt, _ state: State) {
        if let process = state.process { kill(process, signal) }
    }

    /// A broker whose gateway was killed gets the kernel's word at once, but needs a moment to write down what it has.
    private static func endOrphan(_ files: BrokerFiles, logger: Logger) {
        guard let orphan = files.orphan() else { return }
        logger.notice("ending the broker of an earlier gateway", metadata: ["pid": "\(orphan)"])
        kill(orphan, SIGTERM)
        let end = ContinuousClock.now + Limits.brokerEndMax
        while files.orphan() == orphan, .now < end { usleep(20_000) }
        if files.orphan() == orphan { kill(orphan, SIGKILL) }
    }
}
