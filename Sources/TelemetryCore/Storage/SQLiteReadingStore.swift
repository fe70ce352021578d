import Logging

/// The database of readings. This first form keeps nothing on disk yet.
final class SQLiteReadingStore {
    static func open(
        path: String,
        capacity: Int,
        clock: WallClock,
        logger: Logger
    ) throws(StoreOpenError) -> OpenedStore {
        var generator = SystemRandomNumberGenerator()
        let directory = MachineDirectory(epoch: .random(using: &generator), capacity: capacity)
        return OpenedStore(store: SQLiteReadingStore(), directory: directory, machines: [])
    }

    func commit(_ batch: WriteBatch) throws(StorageFailure) {}
    func probe() throws(StorageFailure) {}
    func close() {}
}
