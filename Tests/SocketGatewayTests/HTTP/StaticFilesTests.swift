import Foundation
import NIOCore
import Testing

@testable import SocketGateway

@Suite struct StaticFilesTests {
    @Test func servesRegularFilesOfTheDirectoryOnly() throws {
        try withTemporaryDirectory { directory in
            try write("hello", to: "\(directory)/public/index.html")
            try write("secret", to: "\(directory)/secret.txt")
            try FileManager.default.createSymbolicLink(
                atPath: "\(directory)/public/out.txt",
                withDestinationPath: "../secret.txt"
            )
            let files = try #require(StaticFiles(directory: "\(directory)/public"))
            let path = try #require(RequestPath("/"))
            #expect(files.file(at: path)?.content == ByteBuffer(string: "hello"))
            #expect(files.file(at: path)?.contentType == "text/html; charset=utf-8")
            #expect(files.file(named: "out.txt") == nil)
            #expect(files.file(named: "missing.txt") == nil)
            #expect(files.file(named: ".") == nil)
        }
    }

    @Test func changedFileIsReadAgain() throws {
        try withTemporaryDirectory { directory in
            try write("one", to: "\(directory)/a.js")
            let files = try #require(StaticFiles(directory: directory))
            let first = try #require(files.file(named: "a.js"))
            // The same length, within the same second.
            try write("two", to: "\(directory)/a.js")
            let second = try #require(files.file(named: "a.js"))
            #expect(second.content == ByteBuffer(string: "two"))
            #expect(second.entityTag != first.entityTag)
        }
    }

    @Test func tooLargeAFileIsNotServed() throws {
        try withTemporaryDirectory { directory in
            try Data(count: Limits.staticFileBytesMax + 1).write(to: URL(filePath: "\(directory)/big.bin"))
            #expect(StaticFiles(directory: directory)?.file(named: "big.bin") == nil)
        }
    }

    @Test func noDirectoryNoFiles() {
        #expect(StaticFiles(directory: "/no/such/directory") == nil)
    }

    @Test func officialClientBeforeOurOwn() throws {
        try withTemporaryDirectory { directory in
            try write("/*!\n * Socket.IO v4.8.3\n */", to: "\(directory)/vendor/socket.io.min.js")
            try write("own", to: "\(directory)/public/socketio-client.js")
            let dashboard = StaticFiles(directory: "\(directory)/public")
            let official = ClientBundle(vendor: StaticFiles(directory: "\(directory)/vendor"), dashboard: dashboard)
            #expect(official.file(named: "socket.io.min.js")?.entityTag.headerValue == "\"4.8.3\"")
            #expect(official.file(named: "socket.io.js")?.contentType == "application/javascript; charset=utf-8")
            #expect(official.file(named: "socket.io.esm.min.js") == nil)
            #expect(official.file(named: "VERSION") == nil)
            let own = ClientBundle(vendor: nil, dashboard: dashboard)
            #expect(own.file(named: "socket.io.js")?.content == ByteBuffer(string: "own"))
            #expect(own.file(named: "socket.io.msgpack.min.js") == nil)
        }
    }
}
