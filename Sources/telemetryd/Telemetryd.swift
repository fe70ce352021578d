#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The process: reads what was asked for, runs it, and turns the outcome into an exit code (interface section 1).
@main
enum Telemetryd {
    /// Synchronous on purpose: the signals must be kept from every thread before the first one is started, and then the
    /// main thread has nothing else to do than to wait for them.
    static func main() {
        BrokerGuard.becomeBrokerIfAsked(Array(CommandLine.arguments.dropFirst()))
        let signals = ShutdownSignals()
        Task { @concurrent in
            let arguments = Array(CommandLine.arguments.dropFirst())
            let code = await CommandLineEntry.run(arguments: arguments, signals: signals)
            // Not `exit`: that takes OpenSSL down under a thread that may still wait for a name server or a handshake.
            // All that is ours is written and closed; what the standard library holds of our help is flushed.
            fflush(nil)
            _exit(code.rawValue)
        }
        signals.wait()
    }
}
