import Foundation
import GRDB
import TelemetryCore
import Testing

@Suite struct StoreBackupTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    @Test func aBackupOfADatabaseInUseIsWholeAndStartsAgain() async throws {
        let target = self.folder.path + "/backup.sqlite"
        let epoch = try await withStore(at: self.folder.database, keeping: 5_000) { store in
            _ = try await store.writer.submit(try (0..<4_000).map { try reading("a", rpm: Double($0)) })
            let report = try StoreBackup.backup(databasePath: self.folder.database, to: target)
            #expect(report.readings == 4_000)
            // The source goes on, and the copy is of before.
            _ = try await store.writer.submit([try reading("a")])
            return store.directory.epoch
        }
        #expect(try self.folder.names().filter { $0.hasPrefix("backup") } == ["backup.sqlite"])
        #expect(try self.folder.mode(target) == 0o600)
        try await withStore(at: target, keeping: 5_000) { store in
            #expect(store.directory.epoch == epoch)
            let feed = try #require(store.directory.feed(try machine("a")))
            #expect(feed.lastSequence == 4_000)
        }
    }

    /// Commits before, during and after: the copy is of one moment, whichever.
    @Test func aBackupWhileTheStoreWritesIsOfOneMoment() async throws {
        try await withStore(at: self.folder.database, keeping: 50_000) { store in
            _ = try await store.writer.submit(try (0..<8_000).map { try reading("a", rpm: Double($0)) })
            let batch = try (0..<500).map { try reading("a", rpm: Double($0)) }
            let path = self.folder.database
            let folder = self.folder.path
            async let backups = Task { () throws -> [Int] in
                try (1...5).map { try StoreBackup.backup(databasePath: path, to: "\(folder)/\($0).sqlite").readings }
            }.value
            for _ in 0..<20 { _ = try await store.writer.submit(batch) }
            let counts = try await backups
            #expect(counts == counts.sorted())
            #expect(counts.allSatisfy { $0 >= 8_000 && $0 % 500 == 0 })
        }
    }

    @Test func nothingIsOverwrittenAndNothingIsLeft() async throws {
        let target = self.folder.path + "/backup.sqlite"
        #expect(throws: StoreToolError.self) { try StoreBackup.backup(databasePath: self.folder.database, to: target) }
        try await withStore(at: self.folder.database) { store in
            _ = try await store.writer.submit([try reading("a")])
        }
        try Data("mine".utf8).write(to: URL(fileURLWithPath: target))
        let error = try #require(throws: StoreToolError.self) {
            try StoreBackup.backup(databasePath: self.folder.database, to: target)
        }
        #expect(error.description == "\(target) exists already: a backup overwrites nothing, choose another name")
        #expect(try Data(contentsOf: URL(fileURLWithPath: target)) == Data("mine".utf8))
        for bad in ["", "/no/such/folder/b.sqlite", self.folder.path] {
            let error = try #require(throws: StoreToolError.self) {
                try StoreBackup.backup(databasePath: self.folder.database, to: bad)
            }
            #expect(!error.description.contains("\n"))
        }
        // A damaged source gives no backup, and no half of one.
        let queue = try DatabaseQueue(path: self.folder.database)
        try await queue.write { db in try db.execute(sql: "UPDATE reading SET seq = 3") }
        try queue.close()
        let second = self.folder.path + "/second.sqlite"
        let refusal = try #require(throws: StoreToolError.self) {
            try StoreBackup.backup(databasePath: self.folder.database, to: second)
        }
        #expect(refusal.description.contains("is damaged and was not backed up"))
        #expect(!FileManager.default.fileExists(atPath: second))
    }
}
