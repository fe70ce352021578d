import Foundation
import GRDB
import TelemetryCore
import Testing

@Suite struct StoreVerificationTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    /// `a` has a full ring of 20 that wrapped, `b` has three readings.
    private func fill() async throws {
        try await withStore(at: self.folder.database, keeping: 20) { store in
            _ = try await store.writer.submit(try (0..<53).map { try reading("a", rpm: Double($0)) })
            _ = try await store.writer.submit(try (0..<3).map { try reading("b", rpm: Double($0)) })
        }
    }

    private func damage(_ sql: String) async throws {
        let queue = try DatabaseQueue(path: self.folder.database)
        try await queue.write { db in try db.execute(sql: sql) }
        try queue.close()
    }

    @Test func aWholeDatabaseIsWhole() async throws {
        try await self.fill()
        let report = try StoreVerification.verify(path: self.folder.database)
        #expect(report.problems == [])
        #expect(report.isWhole)
        #expect([report.machines, report.readings, report.historyPerMachine] == [2, 23, 20])
        #expect(report.epoch?.count == 16)
        #expect(report.text.hasSuffix("telemetry.sqlite: whole (2 machines, 23 readings)"))
    }

    @Test func aDatabaseInUseIsVerifiedWithItsLog() async throws {
        try await withStore(at: self.folder.database, keeping: 20) { store in
            for round in 1...5 {
                _ = try await store.writer.submit(try (0..<10).map { try reading("a", rpm: Double($0)) })
                let report = try StoreVerification.verify(path: self.folder.database)
                #expect(report.problems == [])
                #expect(report.readings == min(20, round * 10))
            }
        }
    }

    /// Database and log without an orderly end, as `kill -9` leaves them, in a folder of their own.
    @Test func whatAKillLeavesIsVerified() async throws {
        let copy = try TemporaryFolder()
        try await withStore(at: self.folder.database) { store in
            _ = try await store.writer.submit(try (0..<5).map { _ in try reading("a") })
            for suffix in ["", "-wal"] { try copy.copy(self.folder.database + suffix, as: "telemetry.sqlite" + suffix) }
        }
        let report = try StoreVerification.verify(path: copy.database)
        #expect(report.problems == [])
        #expect(report.readings == 5)
    }

    static let damages: [(sql: String, problem: String)] = [
        ("DELETE FROM reading WHERE seq = 40", "machine a: after reading 39 comes 41"),
        ("DELETE FROM reading WHERE seq BETWEEN 40 AND 50", "machine a: after reading 39 comes 51"),
        ("UPDATE reading SET seq = 60 WHERE seq = 40", "machine a: after reading 39 comes 41"),
        ("UPDATE reading SET slot = 100 WHERE seq = 40", "machine a: reading 40 lies in slot 100 instead of 0"),
        ("UPDATE reading SET seq = -1 WHERE seq = 1", "machine b: reading -1 has a bad sequence"),
        (
            "UPDATE reading SET timestamp = 9223372036854775807 WHERE seq = 41",
            "machine a: reading 41 has a timestamp that is no time"
        ),
        (
            "UPDATE reading SET received = -9223372036854775808 WHERE seq = 41",
            "machine a: reading 41 has a time of receipt that is no time"
        ),
        ("UPDATE reading SET rpm = 9e999 WHERE seq = 41", "machine a: reading 41 has a metric that is not finite"),
        ("UPDATE reading SET rpm = NULL WHERE seq = 41", "machine a: reading 41 has no metric"),
        ("UPDATE reading SET extra = '{\"a\":}' WHERE seq = 41", "machine a: reading 41 has bad extra metrics"),
        ("UPDATE machine SET name = 'a/b' WHERE name = 'a'", "machine key 1 has a bad name"),
        ("DELETE FROM machine WHERE name = 'b'", "reading 1 of machine key 2, which does not exist"),
        ("DELETE FROM machine WHERE name = 'a'", "reading 34 of machine key 1, which does not exist"),
        ("DELETE FROM reading WHERE machine = 2", "machine b has no reading"),
        ("DELETE FROM meta WHERE key = 'epoch'", "the epoch is missing"),
        ("UPDATE meta SET value = '?' WHERE key = 'epoch'", "the epoch is not one: ?"),
        ("UPDATE meta SET value = '0' WHERE key = 'capacity'", "the ring size is not one: 0"),
        (
            "UPDATE meta SET value = '10' WHERE key = 'capacity'",
            "machine a has 20 readings, more than the 10 of a ring"
        ),
        ("DROP VIEW history", "the view history is not there"),
        ("DROP VIEW machines; DROP VIEW history; DROP TABLE meta", "the tables of a store are not there"),
    ]

    @Test(arguments: Self.damages)
    func everyDamageHasItsLine(sql: String, problem: String) async throws {
        try await self.fill()
        try await self.damage(sql)
        let report = try StoreVerification.verify(path: self.folder.database)
        #expect(report.problems.contains(problem), "\(report.problems)")
        #expect(!report.isWhole)
        #expect(report.problems.allSatisfy { !$0.contains("\n") })
        #expect(report.text.contains("\n  \(problem)"))
    }

    @Test func aDamagedPageIsAProblemAndNotAnError() async throws {
        try await withStore(at: self.folder.database, keeping: 1_000) { store in
            _ = try await store.writer.submit(try (0..<900).map { try reading("a", rpm: Double($0) + 0.5) })
        }
        let url = URL(fileURLWithPath: self.folder.database)
        var bytes = try Data(contentsOf: url)
        for index in (8 * 4_096)..<(8 * 4_096 + 200) { bytes[index] = 0xA5 }
        try bytes.write(to: url)
        let report = try StoreVerification.verify(path: self.folder.database)
        #expect(!report.isWhole)
        #expect(report.problems.count <= 50)
        // It reads only: the damaged file is as it was.
        #expect(try Data(contentsOf: url) == bytes)
    }

    @Test func whatIsNoStoreIsOneLine() async throws {
        let path = self.folder.database
        var error = try #require(throws: StoreToolError.self) { try StoreVerification.verify(path: path) }
        #expect(error.description == "there is no database \(path)")
        try Data("no database at all, but a file of some length".utf8).write(to: URL(fileURLWithPath: path))
        error = try #require(throws: StoreToolError.self) { try StoreVerification.verify(path: path) }
        #expect(error.description.contains("file is not a database"))
        error = try #require(throws: StoreToolError.self) { try StoreVerification.verify(path: self.folder.path) }
        #expect(error.description.hasSuffix("it is a directory"))
        let foreign = self.folder.path + "/foreign.sqlite"
        let queue = try DatabaseQueue(path: foreign)
        try await queue.write { db in try db.execute(sql: "CREATE TABLE bills (amount REAL)") }
        try queue.close()
        error = try #require(throws: StoreToolError.self) { try StoreVerification.verify(path: foreign) }
        #expect(error.description.hasSuffix("is not a telemetryd database"))
    }
}
