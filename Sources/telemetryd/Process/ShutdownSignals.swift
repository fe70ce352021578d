#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// SIGTERM and SIGINT: the first asks for an orderly end, the second ends the process at once, and so does an orderly
/// end that takes too long. The main thread waits for them, so this works even when event loops and tasks are stuck.
struct ShutdownSignals: Sendable {
    /// Longest an orderly end may take. The interface promises 10 s; the rest is for the process to be torn down.
    static let orderlyEndSecondsMax = 9.5

    /// The number of the first signal; then the stream ends.
    let first: AsyncStream<CInt>
    private let continuation: AsyncStream<CInt>.Continuation

    /// Keeps both signals from this thread and every one it starts later, and makes writing to a closed pipe an
    /// ordinary error. To be made on the main thread before there are others.
    init() {
        (self.first, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
        var set = Self.signalSet()
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Waits for the signals, on the main thread. The process ends here or in another thread's `exit`.
    func wait() -> Never {
        var set = Self.signalSet()
        var number: CInt = 0
        while sigwait(&set, &number) != 0 {}
        self.continuation.yield(number)
        self.continuation.finish()

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

    private static func signalSet() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        return set
    }
}
