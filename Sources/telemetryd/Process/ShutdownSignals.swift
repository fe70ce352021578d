#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// SIGTERM and SIGINT: the first asks for an orderly end, the second ends the process at once, and so does an orderly
/// end that takes too long. SIGHUP: the configuration file is to be read again. The main thread waits for them, so this
/// works even when event loops and tasks are stuck.
struct ShutdownSignals: Sendable {
    /// Longest an orderly end may take. The interface promises 10 s; the rest is for the process to be torn down.
    static let orderlyEndSecondsMax = 9.5

    /// The number of the first signal; then the stream ends.
    let first: AsyncStream<CInt>
    private let continuation: AsyncStream<CInt>.Continuation
    /// An element for each SIGHUP before the first of the others; several at once are one.
    let reloads: AsyncStream<Void>
    private let reloadContinuation: AsyncStream<Void>.Continuation
    /// Whether somebody started this in a terminal: without a configuration file, SIGHUP says that it was closed.
    let isInTerminal: Bool

    /// Keeps these signals from this thread and every one it starts later, and makes writing to a closed pipe an
    /// ordinary error. To be made on the main thread before there are others.
    init() {
        (self.first, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
        (self.reloads, self.reloadContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.isInTerminal = isatty(STDIN_FILENO) == 1
        var set = Self.signalSet(SIGTERM, SIGINT, SIGHUP)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Waits for the signals, on the main thread. The process ends here or in another thread's `exit`.
    func wait() -> Never {
        var all = Self.signalSet(SIGTERM, SIGINT, SIGHUP)
        var number: CInt = 0
        while sigwait(&all, &number) != 0 || number == SIGHUP {
            if number == SIGHUP { self.reloadContinuation.yield() }
        }
        self.reloadContinuation.finish()
        self.continuation.yield(number)
        self.continuation.finish()

        var set = Self.signalSet(SIGTERM, SIGINT)
        let end = ContinuousClock.now + .seconds(Self.orderlyEndSecondsMax)
        while case let left = end - .now, left > .zero {
            var limit = timespec()
            limit.tv_sec = Int(left.components.seconds)
            limit.tv_nsec = Int(left.components.attoseconds / 1_000_000_000)
            let second = sigtimedwait(&set, nil, &limit)
            // The shell's convention for an end by signal. Anything else is the time-out or an interruption.
            if second > 0 { _exit(128 + second) }
        }
        StandardStreams.error("telemetryd: the orderly end took longer than \(Self.orderlyEndSecondsMax) s; ending now")
        _exit(ExitCode.failure.rawValue)
    }

    private static func signalSet(_ numbers: CInt...) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        return set
    }
}
