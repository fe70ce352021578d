import Foundation
import Testing

@testable import Ingest

@Suite struct SessionFileTests {
    @Test func keepsIDAndFilters() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("session")
        var first = try SessionFile(path: path)
        #expect(first.clientID.utf8.count == 23)
        #expect(first.filters.isEmpty)
        try first.replaceFilters(["machines/+/+", "a/b"])
        let second = try SessionFile(path: path)
        #expect(second == first)
        let other = try SessionFile(path: directory.path("other"))
        #expect(other.clientID != first.clientID)
    }

    @Test func isReadableByTheOwnerOnly() throws {
        let directory = try TemporaryDirectory()
        _ = try SessionFile(path: directory.path("session"))
        let attributes = try FileManager.default.attributesOfItem(atPath: directory.path("session"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test(arguments: ["", "\n\n", "bad id\n", "\u{7}\n"]) func replacesAFileWithoutAnID(content: String) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("session")
        try content.write(toFile: path, atomically: true, encoding: .utf8)
        let made = try SessionFile(path: path)
        #expect(try SessionFile(path: path).clientID == made.clientID)
    }

    @Test func refusesAFileThatIsNotOurs() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("session")
        let content = "telemetryd0000000000000\n" + String(repeating: "x\n", count: Limits.sessionBytesMax / 2)
        try content.write(toFile: path, atomically: true, encoding: .utf8)
        let failure = try #require(throws: SessionFile.Failure.self) { _ = try SessionFile(path: path) }
        #expect(failure.description.contains("\(path) is no MQTT session file"))
        try String(content.prefix(Limits.sessionBytesMax)).write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try SessionFile(path: path).clientID == "telemetryd0000000000000")
    }

    @Test func saysWhatCannotBeWritten() {
        do {
            _ = try SessionFile(path: "/nonexistent/session")
            Issue.record("must not be written")
        } catch {
            #expect(error.description.contains("/nonexistent/session"))
            #expect(!error.description.contains("\n"))
        }
    }
}
