import Foundation
import Logging
import NIOCore
import NIOPosix
import TelemetryCore

@testable import SocketGateway

/// A gateway on a free port, with a store in a temporary directory.
struct RunningGateway {
    let store: TelemetryStore
    let gateway: Gateway
    let address: SocketAddress
    let directory: String

    /// Runs the gateway, then `body`, then ends both; throws if the gateway does not end by itself.
    static func run(
        history: Int = 100,
        sourceWorks: Bool = true,
        files: [String: String] = ["index.html": "<!doctype html>"],
        ingest: IngestHandler? = nil,
        simulator: SimulatorControl? = nil,
        _ body: (RunningGateway) async throws -> Void
    ) async throws {
        let directory = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for (name, text) in files { try write(text, to: "\(directory)/public/\(name)") }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let store = try TelemetryStore(
            configuration: .init(databasePath: "\(directory)/test.sqlite", historyPerMachine: history),
            clock: .system,
            logger: logger
        )
        let (ready, continuation) = AsyncStream.makeStream(of: SocketAddress.self)
        let gateway = Gateway(
            configuration: .init(
                host: "127.0.0.1",
                port: 0,
                publicDirectory: "\(directory)/public",
                vendorDirectory: nil
            ),
            store: store,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            clock: .system,
            logger: logger,
            sources: { [SourceStatus(name: "test", isWorking: sourceWorks, detail: "")] },
            ingest: ingest,
            simulator: simulator,
            onReady: {
                continuation.yield($0)
                continuation.finish()
            }
        )
        store.addSink(gateway.sink)
        store.start()
        async let running: Void = gateway.run()
        var addresses = ready.makeAsyncIterator()
        guard let address = await addresses.next() else { throw WireClient.Failure.closed }
        let test = RunningGateway(store: store, gateway: gateway, address: address, directory: directory)
        do {
            try await body(test)
        } catch {
            await store.stop()
            await gateway.shutdown()
            throw error
        }
        await store.stop()
        await gateway.shutdown()
        try await running
    }

    func connect<Result>(_ body: (WireClient) async throws -> Result) async throws -> Result {
        try await WireClient.connect(to: self.address, body)
    }

    /// Commits one reading of each of these speeds.
    func commit(_ machine: String, rpm speeds: [Double]) async throws {
        guard let machine = MachineID(machine) else { throw WireClient.Failure.malformed }
        let now = WallClock.system.now()
        let readings = speeds.map {
            Reading(machine: machine, timestamp: now, received: now, metrics: Metrics(rpm: $0), isRetained: false)
        }
        _ = try await self.store.writer.submit(readings)
    }
}
