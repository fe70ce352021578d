#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What the kernel says about this process (proc(5)). Nil where it does not say.
package struct ProcessFigures: Sendable {
    package var residentBytes: Int?
    package var virtualBytes: Int?
    package var cpuSeconds: Double?
    /// Seconds since 1970.
    package var startSeconds: Double?
    package var openDescriptors: Int?
    package var descriptorsMax: Int?
    package var threads: Int?

    /// At this moment. A few system calls, about 50 µs.
    package static func now() -> ProcessFigures {
        var figures = ProcessFigures()
        figures.openDescriptors = Self.countEntries("/proc/self/fd")
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            figures.descriptorsMax = Int(clamping: limit.rlim_cur)
        }
        guard let status = Self.contents("/proc/self/stat") else { return figures }
        figures.read(status: status, boot: Self.contents("/proc/stat").flatMap(Self.bootSeconds))
        return figures
    }

    /// Takes what `/proc/self/stat` says; `boot`: when the system was started, in seconds since 1970.
    mutating func read(status: String, boot: Double?) {
        // The second field is the program's name in brackets and may contain anything.
        guard let end = status.lastIndex(of: ")") else { return }
        let fields = status[status.index(after: end)...].split(separator: " ")
        // `fields[0]` is field 3 of proc_pid_stat(5).
        func field(_ number: Int) -> Int? {
            fields.indices.contains(number - 3) ? Int(fields[number - 3]) : nil
        }
        let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        if let user = field(14), let system = field(15) { self.cpuSeconds = Double(user + system) / ticks }
        self.threads = field(20)
        if let start = field(22), let boot { self.startSeconds = boot + Double(start) / ticks }
        self.virtualBytes = field(23)
        self.residentBytes = field(24).map { $0 * max(1, sysconf(Int32(_SC_PAGESIZE))) }
    }

    /// Appends the families, under the names that every Prometheus client library uses, and ours.
    func write(into text: inout PrometheusText) {
        func add(_ name: String, _ kind: PrometheusText.Kind, _ help: String, _ value: Double?) {
            if let value { text.value(name, kind, help, value) }
        }
        add("telemetryd_process_resident_memory_bytes", .gauge, "Memory in RAM.", self.residentBytes.map(Double.init))
        add("telemetryd_process_virtual_memory_bytes", .gauge, "Address space.", self.virtualBytes.map(Double.init))
        add("telemetryd_process_cpu_seconds_total", .counter, "User and system time.", self.cpuSeconds)
        add("telemetryd_process_open_fds", .gauge, "Open file descriptors.", self.openDescriptors.map(Double.init))
        add("telemetryd_process_max_fds", .gauge, "Descriptors allowed.", self.descriptorsMax.map(Double.init))
        add("telemetryd_process_threads", .gauge, "Threads.", self.threads.map(Double.init))
        add("telemetryd_process_start_time_seconds", .gauge, "When it started, since 1970.", self.startSeconds)
    }

    private static func bootSeconds(_ text: String) -> Double? {
        text.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) }
    }

    private static func countEntries(_ path: String) -> Int? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        return count - 3  // `.`, `..`, and the descriptor that reads
    }

    private static func contents(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let bytes = [UInt8](unsafeUninitializedCapacity: Limits.processFileBytesMax) { buffer, count in
            while count < buffer.count {
                let got = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
                guard got > 0 else { return }
                count += got
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
