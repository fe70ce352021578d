import SocketGateway

/// One source of readings, as the composition handles it: two kinds, so closures and no protocol.
struct Source: Sendable {
    /// "mqtt", "simulator".
    let name: String
    /// Runs until `shutdown`.
    let run: @Sendable () async throws -> Void
    /// Any thread; more than once does no harm.
    let shutdown: @Sendable () -> Void
    /// Any thread.
    let status: @Sendable () -> SourceStatus
}
