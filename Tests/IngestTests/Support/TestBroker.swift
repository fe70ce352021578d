import Foundation
import Glibc
import Synchronization

/// A real mosquitto on a free loopback port, with persistence, started and stopped by the test. Its log is what tells
/// when an acknowledgement arrived.
final class TestBroker: Sendable {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    let port: UInt16
    /// Log lines of all runs of this broker.
    let log = Recorder<String>()
    private let directory: TemporaryDirectory
    private let extraConfiguration: String
    private let process = Mutex<ChildProcess?>(nil)

    init(directory: TemporaryDirectory, extraConfiguration: String = "") throws {
        self.directory = directory
        self.extraConfiguration = extraConfiguration
        self.port = try Self.freePort()
    }

    // A test that failed half-way leaves no broker behind.
    deinit { self.process.withLock { $0.take() }?.terminate() }

    /// Returns when it accepts connections.
    func start() async throws {
        let data = self.directory.path("broker")
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        let configuration = """
            listener \(self.port) 127.0.0.1
            allow_anonymous true
            user root
            persistence true
            persistence_location \(data)/
            log_dest stderr
            log_type all
            \(self.extraConfiguration)

            """
        let path = self.directory.path("mosquitto.conf")
        try configuration.write(toFile: path, atomically: true, encoding: .utf8)
        let start = self.log.count
        let log = self.log
        let child = try ChildProcess("mosquitto", ["-c", path]) { log.append($0) }
        self.process.withLock { $0 = child }
        try await self.log.first(from: start) { $0.contains("running") }
    }

    /// Ends it and awaits its end; the session of clients is kept on disk.
    func stop() async {
        guard let child = self.process.withLock({ $0.take() }) else { return }
        child.terminate()
        _ = await child.exitCode()
    }

    /// Publishes with QoS 1 and returns when the broker has taken it.
    func publish(_ topic: String, _ payload: String, retain: Bool = false, qos: Int = 1) async throws {
        let arguments = ["-h", "127.0.0.1", "-p", "\(self.port)", "-t", topic, "-q", "\(qos)", "-m", payload]
        try await self.run("mosquitto_pub", arguments + (retain ? ["-r"] : []))
    }

    /// Publishes a file's content.
    func publish(_ topic: String, file: String) async throws {
        try await self.run(
            "mosquitto_pub", ["-h", "127.0.0.1", "-p", "\(self.port)", "-t", topic, "-q", "1", "-f", file])
    }

    /// Publishes each line of a file with QoS 1, all over one connection.
    func publishLines(_ topic: String, file: String) async throws {
        let arguments = ["-h", "127.0.0.1", "-p", "\(self.port)", "-t", topic, "-q", "1", "-l"]
        try await self.run("mosquitto_pub", arguments, input: file)
    }

    /// Subscribes; gives the child, and its messages as `topic payload`, with ` (retained)` behind a retained one.
    /// Returns when the subscription is granted.
    func subscribe(_ topic: String, _ options: [String] = []) async throws -> (ChildProcess, Recorder<String>) {
        let lines = Recorder<String>()
        let start = self.log.count
        let identifier = "watcher\(start)"
        let arguments = ["-h", "127.0.0.1", "-p", "\(self.port)", "-t", topic, "-q", "1", "-F", "%t %p %r", "-i"]
        let child = try ChildProcess("mosquitto_sub", arguments + [identifier] + options, readsOutput: true) { line in
            let isRetained = line.hasSuffix(" 1")
            lines.append(line.dropLast(2) + (isRetained ? " (retained)" : ""))
        }
        try await self.log.first(from: start) { $0.contains("Sending SUBACK to \(identifier)") }
        return (child, lines)
    }

    private func run(_ program: String, _ arguments: [String], input: String? = nil) async throws {
        let child = try ChildProcess(program, arguments, input: input) { _ in }
        let code = await child.exitCode()
        guard code == 0 else { throw Missing(description: "\(program) ended with \(code)") }
    }

    /// A port nobody listens on; the kernel does not hand it out again soon.
    static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // Unsafe: sockaddr_in is one form of sockaddr; the pointers live for the calls only.
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 ? getsockname(descriptor, generic, &length) : -1
            }
        }
        guard descriptor >= 0, result == 0 else { throw Missing(description: "no free port") }
        return UInt16(bigEndian: address.sin_port)
    }
}
