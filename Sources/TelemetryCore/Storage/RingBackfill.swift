import Dispatch
import Foundation
import Logging
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// After the start of a large store: reads, ring after ring, what is not in memory yet, then has SQLite check the file,
/// on a thread and a connection of its own. Whoever cannot wait reads by another connection (`asked`).
final class RingBackfill: Sendable {
    private enum Phase {
        case idle
        case running
        case closed
    }

    /// For those who ask for a reading before it is there.
    let asked: RingConnection
    private let worker: RingConnection
    private let feeds: [MachineFeed]
    private let findings: RingFindings
    private let logger: Logger
    private let phase = Mutex(Phase.idle)
    private let thread = DispatchGroup()

    init(_ feeds: [MachineFeed], asked: RingConnection, worker: RingConnection, logger: Logger) {
        self.feeds = feeds
        self.asked = asked
        self.worker = worker
        self.findings = asked.findings
        self.logger = logger
    }

    /// About what the extra metrics take that came into memory since the database was opened.
    var extraBytesFound: Int { self.findings.extraBytes }
    /// Times that the database was found damaged since it was opened.
    var damageCount: Int { self.findings.damageCount }

    /// Starts the thread. A second call does nothing, nor does one after `close`.
    func start() {
        let isFirst = self.phase.withLock { phase in
            guard case .idle = phase else { return false }
            phase = .running
            self.thread.enter()
            return true
        }
        guard isFirst else { return }
        let thread = Thread {
            #if canImport(Glibc)
                // Of this thread alone (Linux): readings that come now are in more of a hurry.
                setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Int32(Limits.backfillNiceness))
            #endif
            self.run()
            self.thread.leave()
        }
        thread.name = "telemetry-rings"
        thread.start()
    }

    /// What the thread does; blocks for as long as it takes, or until `close`.
    func run() {
        let began = ContinuousClock.now
        for feed in self.feeds {
            if self.findings.isEnding { return }
            feed.readAll(from: self.worker)
        }
        if self.findings.isEnding { return }
        self.logger.info(
            "all rings are in memory",
            metadata: ["machines": "\(self.feeds.count)", "seconds": "\(Self.seconds(since: began))"]
        )
        self.worker.check()
        if self.findings.isEnding { return }
        self.logger.info(
            "database checked after the start",
            metadata: ["damages": "\(self.damageCount)", "seconds": "\(Self.seconds(since: began))"]
        )
        // Nobody has anything to ask for any more.
        self.findings.end()
        self.asked.close()
        self.worker.close()
    }

    /// Ends what goes on and closes the connections; blocks for some milliseconds. Before the writer's connection is
    /// closed, so that this one, which cannot tidy up, is not the last.
    func close() {
        self.findings.end()
        self.phase.withLock { $0 = .closed }
        // Again and again: what is about to begin when it is interrupted is not interrupted.
        repeat { self.worker.interrupt() } while self.thread.wait(timeout: .now() + .milliseconds(20)) == .timedOut
        self.asked.close()
        self.worker.close()
    }

    /// In tenths.
    private static func seconds(since began: ContinuousClock.Instant) -> Double {
        ((ContinuousClock.now - began) / .milliseconds(100)).rounded() / 10
    }
}
