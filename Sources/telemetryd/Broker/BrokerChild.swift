#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One run of the broker, from its start to its end.
struct BrokerChild {
    let process: pid_t
    /// Its standard error; ours to close.
    private let output: CInt

    /// Starts it through ``BrokerGuard``. The calling thread must outlive the broker: the kernel counts its end as
    /// ours.
    init(program: String, configuration: String) throws(StartFailure) {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Self.failure("no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let (readEnd, writeEnd) = (ends[0], ends[1])
        defer { close(writeEnd) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, writeEnd, STDERR_FILENO)
        let arguments = ["telemetryd"] + BrokerGuard.arguments(program: program, configuration: configuration)
        let (code, process) = ArgumentVector(arguments).spawn("/proc/self/exe", actions: &actions)
        guard code == 0 else {
            close(readEnd)
            errno = code
            throw Self.failure(program)
        }
        self.process = process
        self.output = readEnd
    }

    /// Calls `body` with each line of its log until it ends. Blocks.
    func readLog(_ body: (String) -> Void) {
        defer { close(self.output) }
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = read(self.output, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            for byte in buffer[..<count] {
                if byte == UInt8(ascii: "\n") {
                    body(String(decoding: line, as: UTF8.self))
                    line.removeAll(keepingCapacity: true)
                } else if line.count < Limits.brokerLogLineBytesMax {
                    line.append(byte)
                }
            }
        }
        if !line.isEmpty { body(String(decoding: line, as: UTF8.self)) }
    }

    /// Blocks until it has ended; its number is still taken then, so that a signal cannot hit anybody else.
    func waitForEnd() {
        var info = siginfo_t()
        while waitid(P_PID, id_t(self.process), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
    }

    /// Gives the number back. Returns how it ended, in words.
    func bury() -> String {
        var status: CInt = 0
        while waitpid(self.process, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7f
        return signal == 0 ? "exit code \((status >> 8) & 0xff)" : "signal \(signal)"
    }

    private static func failure(_ what: String) -> StartFailure {
        StartFailure("the broker cannot be started (\(what)): \(String(cString: strerror(errno)))")
    }
}
