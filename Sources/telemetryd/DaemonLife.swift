import Logging
import NIOCore
import SocketGateway
import TelemetryCore

/// The life of the running daemon: start when the port is open, run, end in order.
///
/// The end has this order, so that nothing that was received is lost and everybody hears of it: no new readings are
/// taken; what was taken is committed and sent out; the clients are told; the port closes.
struct DaemonLife {
    private enum Event: Sendable {
        case ready(SocketAddress)
        /// What only the start needed, it has had.
        case startSettled
        case signal(CInt)
        /// SIGHUP.
        case reload
        case sourceEnded(String, failure: String?)
        case gatewayEnded
        /// Connections that are still open have had their time.
        case farewellOver
        /// A waiting task was cancelled; nothing follows from it.
        case nothing
    }

    let store: TelemetryStore
    let gateway: Gateway
    let sources: [Source]
    let signals: ShutdownSignals
    let ready: AsyncStream<SocketAddress>
    let settings: LiveSettings
    let logger: Logger

    /// Returns after an orderly end. Throws if the gateway cannot serve.
    func run() async throws {
        try await withThrowingTaskGroup(of: Event.self) { group in
            group.addTask { try await self.serve() }
            group.addTask {
                for await address in self.ready { return .ready(address) }
                return .nothing
            }
            group.addTask {
                for await number in self.signals.first { return .signal(number) }
                return .nothing
            }
            group.addTask { await self.nextReload() }
            var settings = self.settings
            var isEnding = false
            var runningSources = 0
            while let event = try await group.next() {
                switch event {
                case .ready(let address):
                    guard !isEnding else { continue }
                    StandardStreams.output("telemetryd listening on \(Self.url(address))")
                    for source in self.sources { group.addTask { await Self.run(source) } }
                    runningSources = self.sources.count
                    group.addTask { await Self.startSettled() }
                case .signal(let number):
                    isEnding = true
                    self.logger.info("ending", metadata: ["signal": "\(number)"])
                    for source in self.sources { source.shutdown() }
                    if runningSources == 0 { await self.commitAndLeave(&group) }
                case .reload:
                    settings.readAgain(isInTerminal: self.signals.isInTerminal)
                    group.addTask { await self.nextReload() }
                case .sourceEnded(let name, let failure):
                    runningSources -= 1
                    if let failure {
                        self.logger.error("source failed", metadata: ["source": "\(name)", "error": "\(failure)"])
                    }
                    if isEnding, runningSources == 0 { await self.commitAndLeave(&group) }
                case .startSettled:
                    StartPages.giveBack()
                case .gatewayEnded, .farewellOver:
                    group.cancelAll()
                case .nothing:
                    continue
                }
            }
        }
    }

    /// Not at once: the first readings and the first page shall not wait for it.
    private static func startSettled() async -> Event {
        do {
            try await ContinuousClock().sleep(for: Limits.startSettleTime)
            return .startSettled
        } catch {
            return .nothing
        }
    }

    private func nextReload() async -> Event {
        for await _ in self.signals.reloads { return .reload }
        return .nothing
    }

    /// All sources have ended: nothing more is submitted.
    private func commitAndLeave(_ group: inout ThrowingTaskGroup<Event, any Error>) async {
        await self.store.stop()
        group.addTask {
            await self.gateway.shutdown()
            return .nothing
        }
        group.addTask {
            try? await ContinuousClock().sleep(for: Limits.farewellMax)
            return .farewellOver
        }
    }

    /// Cancellation is the end of the farewell, not a failure.
    private func serve() async throws -> Event {
        do {
            try await self.gateway.run()
        } catch is CancellationError {
            return .gatewayEnded
        }
        return .gatewayEnded
    }

    private static func run(_ source: Source) async -> Event {
        do {
            try await source.run()
            return .sourceEnded(source.name, failure: nil)
        } catch {
            return .sourceEnded(source.name, failure: "\(error)")
        }
    }

    /// `http://127.0.0.1:3000`, an IPv6 address in brackets.
    private static func url(_ address: SocketAddress) -> String {
        let host = address.ipAddress ?? "localhost"
        return "http://\(host.contains(":") ? "[\(host)]" : host):\(address.port ?? 0)"
    }
}
