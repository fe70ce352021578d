import TelemetryCore

/// Opens a store, starts it, and stops it whatever the body does.
func withStore<Value: Sendable>(
    at path: String,
    keeping capacity: Int = 100,
    sinks: [any ReadingSink] = [],
    _ body: (TelemetryStore) async throws -> Value
) async throws -> Value {
    let store = try openStore(at: path, keeping: capacity)
    for sink in sinks { store.addSink(sink) }
    store.start()
    do {
        let value = try await body(store)
        await store.stop()
        return value
    } catch {
        await store.stop()
        throw error
    }
}

/// Not started.
func openStore(at path: String, keeping capacity: Int = 100) throws -> TelemetryStore {
    try TelemetryStore(
        configuration: TelemetryStore.Configuration(databasePath: path, historyPerMachine: capacity),
        clock: WallClock { sampleTime },
        logger: silentLogger
    )
}
