import Foundation
import Testing

@testable import Ingest

@Suite struct SecretFileTests {
    @Test(arguments: [
        ("s3cret", "s3cret"), ("s3cret\n", "s3cret"), ("s3cret\r\n", "s3cret"), (" a b \n", " a b "),
        ("ä%:@\n", "ä%:@"),
    ]) func readsOneLine(content: String, expected: String) throws {
        let directory = try TemporaryDirectory()
        try Data(content.utf8).write(to: URL(fileURLWithPath: directory.path("password")))
        #expect(try SecretFile(path: directory.path("password")).text == expected)
    }

    @Test(arguments: [
        ("", "is empty"), ("\n", "is empty"), ("a\nb\n", "more than one line"), ("a\n\n", "more than one line"),
        ("a\0b", "more than one line"),
        (String(repeating: "x", count: Limits.secretBytesMax + 1), "more than 4096 bytes"),
    ]) func saysWhatIsWrong(content: String, reason: String) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("password")
        try Data(content.utf8).write(to: URL(fileURLWithPath: path))
        let failure = try #require(throws: SecretFile.Failure.self) { try SecretFile(path: path) }
        #expect(failure.description.hasPrefix(path))
        #expect(failure.description.contains(reason))
        #expect(!failure.description.contains("\n"))
    }

    @Test func saysWhatIsNoFile() throws {
        let directory = try TemporaryDirectory()
        let missing = try #require(throws: SecretFile.Failure.self) { try SecretFile(path: directory.path("none")) }
        #expect(missing.description.contains("does not exist"))
        let folder = try #require(throws: SecretFile.Failure.self) { try SecretFile(path: directory.root) }
        #expect(folder.description.contains("is a directory"))
        try Data([0x61, 0xFF]).write(to: URL(fileURLWithPath: directory.path("binary")))
        let binary = try #require(throws: SecretFile.Failure.self) { try SecretFile(path: directory.path("binary")) }
        #expect(binary.description.contains("UTF-8"))
    }

    @Test func noticesThatEverybodyMayReadIt() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("password")
        try Data("x".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try !SecretFile(path: path).isOpenToAll)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(try SecretFile(path: path).isOpenToAll)
    }
}
