import Foundation
import Glibc

/// A broker that says what a test tells it to, whatever it is asked: one answer for each packet that comes. For what a
/// real broker cannot be brought to say.
final class ScriptedBroker: Sendable {
    let port: UInt16
    private let listener: Int32

    /// Every connection gets the same answers.
    init(answers: [[UInt8]]) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // Unsafe: sockaddr_in is one form of sockaddr; the pointers live for the calls only.
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && listen(descriptor, 8) == 0
                    ? getsockname(descriptor, generic, &length) : -1
            }
        }
        guard descriptor >= 0, result == 0 else { throw TestBroker.Missing(description: "no port to listen on") }
        self.listener = descriptor
        self.port = UInt16(bigEndian: address.sin_port)
        let thread = Thread {
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else { return }
                Self.serve(client, answers)
            }
        }
        thread.start()
    }

    /// Ends the thread: its `accept` fails.
    deinit {
        shutdown(self.listener, Int32(SHUT_RDWR))
        close(self.listener)
    }

    private static func serve(_ client: Int32, _ answers: [[UInt8]]) {
        defer { close(client) }
        for answer in answers {
            // The packets of these tests are shorter than 128 bytes: one byte of length.
            var head = [UInt8](repeating: 0, count: 2)
            guard recv(client, &head, 2, Int32(MSG_WAITALL)) == 2 else { return }
            var body = [UInt8](repeating: 0, count: Int(head[1]))
            guard recv(client, &body, body.count, Int32(MSG_WAITALL)) == body.count else { return }
            guard send(client, answer, answer.count, Int32(MSG_NOSIGNAL)) == answer.count else { return }
        }
        var rest: UInt8 = 0
        while recv(client, &rest, 1, 0) > 0 {}
    }
}
