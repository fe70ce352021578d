#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Seconds on the CPU (user and system, all threads) and on the wall that a piece of work took.
struct Cost {
    var cpu: Double
    var wall: Double

    static func of(_ work: () throws -> Void) rethrows -> Cost {
        let start = (Self.seconds(CLOCK_PROCESS_CPUTIME_ID), Self.seconds(CLOCK_MONOTONIC))
        try work()
        return Cost(
            cpu: Self.seconds(CLOCK_PROCESS_CPUTIME_ID) - start.0,
            wall: Self.seconds(CLOCK_MONOTONIC) - start.1
        )
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
