import GRDB
import TelemetryCore
import Testing

/// Databases of earlier versions, made here by the SQL that made them then.
@Suite struct SchemaMigrationTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    /// Version 1 as it shipped on 2026-11-21, with N = 5: `a` has wrapped (3 to 7 are left), `b` has one reading.
    private static let versionOne = """
        PRAGMA journal_mode = WAL;
        PRAGMA application_id = 1953262948;
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES ('1 rings');
        CREATE TABLE meta (
            key   TEXT PRIMARY KEY NOT NULL,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE machine (
            id         INTEGER PRIMARY KEY,
            name       TEXT NOT NULL UNIQUE,
            first_seen INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE reading (
            machine   INTEGER NOT NULL,
            slot      INTEGER NOT NULL,
            seq       INTEGER NOT NULL,
            timestamp INTEGER NOT NULL,
            received  INTEGER NOT NULL,
            rpm       REAL,
            torque    REAL,
            pressure  REAL,
            extra     TEXT,
            PRIMARY KEY (machine, slot)
        ) STRICT, WITHOUT ROWID;
        CREATE VIEW machines AS
        SELECT machine.name AS machine, (SELECT value FROM meta WHERE key = 'epoch') AS epoch,
               min(reading.seq) AS first_seq, max(reading.seq) AS last_seq,
               '' AS first_seen, '' AS last_seen
        FROM machine JOIN reading ON reading.machine = machine.id GROUP BY machine.name ORDER BY machine.name;
        CREATE VIEW history AS
        SELECT machine.name AS machine, reading.seq AS seq, '' AS timestamp, '' AS received,
               reading.rpm AS rpm, reading.torque AS torque, reading.pressure AS pressure, reading.extra AS extra
        FROM machine JOIN reading ON reading.machine = machine.id ORDER BY machine.name, reading.seq;
        INSERT INTO meta VALUES ('capacity', '5'), ('epoch', 'Qz3fTn0aLk8RwXyB');
        INSERT INTO machine VALUES (1, 'a', 1795254086123), (2, 'b', 1795254090000);
        INSERT INTO reading VALUES
            (1, 0, 5, 1795254090123, 1795254090125, 1480.25, 120.5, 6.02, NULL),
            (1, 1, 6, 1795254091123, 1795254091125, 1481.25, NULL, NULL, '{"alpha":0.1,"zeta":2}'),
            (1, 2, 7, 1795254092123, 1795254092123, NULL, 121.5, NULL, NULL),
            (1, 3, 3, 1795254088123, 1795254088125, 1478.25, 120.5, 6.02, NULL),
            (1, 4, 4, 1795254089123, 1795254089125, 1479.25, 120.5, 6.02, NULL),
            (2, 1, 1, 1795254090000, 1795254090000, 1.5, NULL, NULL, NULL);
        """

    private func makeVersionOne() async throws {
        let queue = try DatabaseQueue(path: self.folder.database)
        try await queue.writeWithoutTransaction { db in try db.execute(sql: Self.versionOne) }
        try queue.close()
    }

    @Test(arguments: [5, 3, 50])
    func versionOneKeepsItsData(capacity: Int) async throws {
        try await self.makeVersionOne()
        try await withStore(at: self.folder.database, keeping: capacity) { store in
            #expect(store.directory.epoch.text == "Qz3fTn0aLk8RwXyB")
            let feed = try #require(store.directory.feed(try machine("a")))
            let kept = feed.snapshot(since: nil, through: nil, limit: nil).readings
            #expect(kept.map(\.sequence) == Array((capacity == 3 ? 5 : 3)...7))
            #expect(kept.suffix(3).map(\.reading.metrics.rpm) == [1480.25, 1481.25, nil])
            #expect(kept.suffix(2).first?.reading.metrics.extra.map(\.name.text) == ["alpha", "zeta"])
            #expect(kept.suffix(2).map(\.reading.hasSourceTime) == [true, false])
            let receipt = try await store.writer.submit([try reading("a"), try reading("b"), try reading("c")])
            #expect(receipt.stored == [8, 2, 1])
        }
        let report = try StoreVerification.verify(path: self.folder.database)
        #expect(report.problems == [])
        #expect(report.machines == 3)
    }

    /// A tool that only reads does not migrate; it reads what is there.
    @Test func versionOneIsVerifiedAndExportedAsItLies() async throws {
        try await self.makeVersionOne()
        let report = try StoreVerification.verify(path: self.folder.database)
        #expect(report.problems == [])
        #expect([report.machines, report.readings] == [2, 6])
        let export = try RingExport(databasePath: self.folder.database)
        var text = ""
        try export.write(.init(machines: [try machine("b")], hasTrailer: false), format: .csv) { bytes in
            text += String(decoding: copy bytes, as: UTF8.self)
        }
        #expect(text.hasSuffix("\r\nb,1,2026-11-21T09:41:30.000Z,2026-11-21T09:41:30.000Z,1.5,,\r\n"))
    }
}
