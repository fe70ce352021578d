import Foundation
import Synchronization

/// A program run by a test: its lines on standard error (or output), its end.
final class ChildProcess: Sendable {
    private struct Output {
        var rest: [UInt8] = []
    }

    private let identifier: Int32
    /// Only kept alive: a `Process` that is released does not report its end.
    private let process: Mutex<Process>
    private let exits = Recorder<Int32>()

    /// Looks in the usual places, since /usr/sbin is often not in PATH.
    init(
        _ program: String,
        _ arguments: [String],
        input: String? = nil,
        readsOutput: Bool = false,
        onLine: @escaping @Sendable (String) -> Void
    ) throws {
        let places = ["/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/"].map { $0 + program }
        guard let path = places.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw TestBroker.Missing(description: "\(program) is not installed; `make test` installs it")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardInput = input.flatMap { FileHandle(forReadingAtPath: $0) } ?? FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = readsOutput ? pipe : FileHandle.nullDevice
        process.standardError = readsOutput ? FileHandle.nullDevice : pipe
        let output = Mutex(Output())
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            guard !data.isEmpty else {
                handle.readabilityHandler = nil
                return
            }
            let lines = output.withLock { output in
                output.rest.append(contentsOf: data)
                var lines = output.rest.split(separator: 0x0A, omittingEmptySubsequences: false)
                output.rest = Array(lines.popLast() ?? [])
                return lines.map { String(decoding: $0, as: UTF8.self) }
            }
            for line in lines { onLine(line) }
        }
        let exits = self.exits
        process.terminationHandler = { exits.append($0.terminationStatus) }
        // The threads of Swift's pool block all signals, and a child inherits that: it could not be ended by SIGTERM.
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
        self.identifier = process.processIdentifier
        self.process = Mutex(process)
    }

    func terminate() { kill(self.identifier, SIGTERM) }

    func exitCode() async -> Int32 {
        // Cancelled: the test's time is up, nobody looks at the code.
        _ = try? await self.exits.first { _ in true }
        return self.exits.all.first ?? -1
    }
}
