import Foundation
import GRDB
import TelemetryCore
import Testing

@Suite struct RingExportTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    private func export(
        _ selection: RingExport.Selection = .init(),
        _ format: RingExport.Format = .ndjson
    ) throws -> [String] {
        var bytes: [UInt8] = []
        try RingExport(databasePath: self.folder.database).write(selection, format: format) { bytes += copy $0 }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(bytes.isEmpty || bytes.last == UInt8(ascii: "\n"))
        let ending = format == .csv ? "\r\n" : "\n"
        return text.split(separator: ending, omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// One reading a second of each machine from `sampleTime` on; `count` of them.
    private func fill(_ machines: [String], count: Int, keeping: Int) async throws {
        try await withStore(at: self.folder.database, keeping: keeping) { store in
            for name in machines {
                _ = try await store.writer.submit(
                    try (0..<count).map { index in
                        Reading(
                            machine: try machine(name),
                            timestamp: sampleTime.adding(milliseconds: Int64(index) * 1_000),
                            received: sampleTime.adding(milliseconds: Int64(index) * 1_000 + 5),
                            metrics: Metrics(rpm: Double(index) + 0.5)
                        )
                    })
            }
        }
    }

    /// Whatever the ring has, in both formats: what the memory has, line by line.
    @Test(arguments: [(10, 7), (10, 10), (10, 25), (6_000, 9_000)])
    func everyReadingOnceInOrder(keep: Int, count: Int) async throws {
        var random = SeededRandom(seed: UInt64(keep + count))
        let all = try (0..<count).map { _ in try randomReading(of: try machine("m"), using: &random) }
        let kept = ReferenceRing(capacity: keep, all: all).kept
        try await withStore(at: self.folder.database, keeping: keep) { store in
            _ = try await store.writer.submit(all)
        }
        #expect(try self.export(.init(hasTrailer: false)) == kept.map(\.json))
        let table = ReadingTable(of: kept)
        var expected: [UInt8] = []
        table.writeHeader(into: &expected)
        for stored in kept { table.writeRow(stored, into: &expected) }
        let lines = try self.export(.init(hasTrailer: false), .csv)
        #expect(lines.joined(separator: "\r\n") + "\r\n" == String(decoding: expected, as: UTF8.self))
    }

    @Test func theTableHasAColumnForEveryExtra() async throws {
        try await withStore(at: self.folder.database) { store in
            var first = try reading("a", rpm: 1)
            first.metrics.set(try metric("zeta"), 2.5)
            var second = try reading("b", rpm: 3)
            second.metrics.rpm = nil
            second.metrics.set(try metric("alpha"), -4)
            _ = try await store.writer.submit([first, second])
        }
        let lines = try self.export(.init(), .csv)
        let time = "2026-11-21T09:41:26.123Z"
        #expect(
            lines.prefix(3) == [
                "machine,seq,timestamp,received,rpm,torque,pressure,alpha,zeta",
                "a,1,\(time),\(time),1,,,,2.5",
                "b,1,\(time),\(time),,,,-4,",
            ])
        let expected =
            "# ledger machine=a epoch=E firstSeq=1 lastSeq=1 exported=1 lost=0 gaps=0 "
            + "received=1 stored=1 overwritten=0 duplicates=0 skipped=0 late=0"
        #expect(lines.dropFirst(3).first?.replacing(/epoch=\w{16}/, with: "epoch=E") == expected)
        #expect(lines.count == 5)
    }

    @Test func theSelectionIsKept() async throws {
        try await self.fill(["a", "b", "c"], count: 50, keeping: 20)
        func sequences(_ selection: RingExport.Selection) throws -> [Int] {
            var selection = selection
            selection.machines = [try machine("b")]
            selection.hasTrailer = false
            return try self.export(selection).compactMap { line in
                #expect(line.hasPrefix(#"{"machine":"b","seq":"#))
                return Int(line.split(separator: ",")[1].dropFirst(6))
            }
        }
        func time(_ second: Int64) -> Timestamp { sampleTime.adding(milliseconds: second * 1_000) }
        #expect(try sequences(.init()) == Array(31...50))
        #expect(try sequences(.init(since: 45)) == Array(46...50))
        #expect(try sequences(.init(since: 5)) == Array(31...50))
        #expect(try sequences(.init(since: 50)) == [])
        #expect(try sequences(.init(since: .max)) == [])
        #expect(try sequences(.init(since: -3)) == Array(31...50))
        #expect(try sequences(.init(limit: 3)) == Array(48...50))
        #expect(try sequences(.init(limit: 300)) == Array(31...50))
        #expect(try sequences(.init(from: time(40), to: time(42))) == [41, 42, 43])
        #expect(try sequences(.init(from: time(40), limit: 2)) == [49, 50])
        #expect(try sequences(.init(to: time(42), limit: 2)) == [42, 43])
        #expect(try sequences(.init(from: time(42), to: time(41))) == [])
        let order = try self.export(.init(machines: [try machine("c"), try machine("a")], limit: 1, hasTrailer: false))
        #expect(order.map { $0.prefix(13) } == [#"{"machine":"c"#, #"{"machine":"a"#])
    }

    @Test func theLedgerSaysWhatIsMissing() async throws {
        try await withStore(at: self.folder.database, keeping: 30) { store in
            for second in Array(0..<20) + Array(40..<60) {
                _ = try await store.writer.submit([
                    try reading("a", received: sampleTime.adding(milliseconds: Int64(second) * 1_000))
                ])
            }
        }
        let lines = try self.export(.init(since: 4))
        let ledger = try #require(lines.dropFirst(30).first)
        #expect(
            ledger.replacing(/"epoch":"\w{16}"/, with: "E")
                == #"{"ledger":{"machine":"a",E,"firstSeq":11,"lastSeq":40,"#
                + #""exported":30,"lost":6,"gaps":1,"received":40,"stored":40,"overwritten":10,"#
                + #""duplicates":0,"skipped":0,"late":0}}"#)
        #expect(
            lines.dropFirst(31) == [
                #"{"gap":{"machine":"a","afterSeq":20,"from":"2026-11-21T09:41:45.123Z","#
                    + #""to":"2026-11-21T09:42:06.123Z","milliseconds":21000}}"#
            ])
    }

    @Test func theLedgerHasWhatTheCoreHasCounted() async throws {
        try await withStore(at: self.folder.database) { store in
            var second = try reading("a")
            second.hasSourceTime = true
            second.isRedelivered = true
            var first = second
            first.isRedelivered = false
            _ = try await store.writer.submit([first, second, try reading("a", isRetained: true)])
            store.rejections.record(
                Rejection(
                    time: sampleTime, source: "t", payload: [], reason: .notJSON, remedy: "", machine: try machine("a"))
            )
        }
        let ledger = try #require(try self.export().last)
        #expect(
            ledger.hasSuffix(
                #""received":4,"stored":1,"overwritten":0,"duplicates":1,"skipped":1,"late":0,"rejected.notJSON":1}}"#))
    }

    /// Between two pieces the store overwrites what the export has not read yet.
    @Test func whatIsOverwrittenMeanwhileIsCountedAsLost() async throws {
        try await withStore(at: self.folder.database, keeping: 10_000) { store in
            let batch = try (0..<10_000).map { try reading("a", rpm: Double($0)) }
            _ = try await store.writer.submit(batch)
            var lines: [Substring] = []
            var isFirst = true
            try RingExport(databasePath: self.folder.database).write(.init(), format: .ndjson) { bytes in
                lines += String(decoding: copy bytes, as: UTF8.self).split(separator: "\n")
                if isFirst { _ = try store.writer.submitAndWait(Array(batch.prefix(9_000))) }
                isFirst = false
            }
            let exported = lines.count { $0.hasPrefix(#"{"machine""#) }
            #expect(
                lines.last?.contains(#""exported":\#(exported),"lost":\#(10_000 - exported),"#) == true)
            #expect((1_000..<10_000).contains(exported))
        }
    }

    @Test func whoeverEndsTheOutputEndsTheExport() async throws {
        try await self.fill(["a"], count: 9_000, keeping: 9_000)
        var pieces = 0
        let export = try RingExport(databasePath: self.folder.database)
        #expect(throws: CancellationError.self) {
            try export.write(.init(), format: .csv) { _ in
                pieces += 1
                throw CancellationError()
            }
        }
        #expect(pieces == 1)
    }

    @Test func aMachineThatIsNotThereIsNamed() async throws {
        try await self.fill(["a", "b"], count: 1, keeping: 1)
        let error = try #require(throws: StoreToolError.self) {
            try self.export(.init(machines: [try machine("press9")]))
        }
        #expect(error.description == "no machine press9 is in the database; it has a, b")
    }

    @Test func anEmptyDatabaseIsAnEmptyExport() async throws {
        try await withStore(at: self.folder.database) { _ in }
        #expect(try self.export() == [])
        #expect(try self.export(.init(), .csv) == ["machine,seq,timestamp,received,rpm,torque,pressure"])
    }
}
