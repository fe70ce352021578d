import CProcess

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Between the gateway and its broker: this executable, started anew, makes sure that the broker ends with the gateway,
/// however that ends, and becomes the broker. Only what follows a `fork` can ask the kernel for that.
enum BrokerGuard {
    /// The first argument of an executable that is started as the guard. No subcommand for people.
    static let argument = "__broker"

    static func arguments(program: String, configuration: String) -> [String] {
        [Self.argument, "\(getpid())", program, configuration]
    }

    /// Becomes the broker if the arguments (without the executable's own name) say so; returns if they do not.
    static func becomeBrokerIfAsked(_ arguments: [String]) {
        guard arguments.count == 4, arguments[0] == Self.argument, let gateway = pid_t(arguments[1]) else { return }
        guard cprocess_signal_at_parents_end(SIGTERM) == 0 else { Self.fail("cannot ask for the end of the gateway") }
        // It may have ended before we asked.
        guard getppid() == gateway else { _exit(0) }
        // A group of its own: an interrupt typed in the terminal is for the gateway, which ends the broker in its turn.
        setpgid(0, 0)
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
        signal(SIGPIPE, SIG_DFL)
        Self.closeEverythingInherited()
        ArgumentVector([arguments[2], "-c", arguments[3]]).become(arguments[2])
        Self.fail("cannot start \(arguments[2])")
    }

    /// All but the standard streams: the broker must not hold our database or our sockets open.
    private static func closeEverythingInherited() {
        guard let folder = opendir("/proc/self/fd") else { return }
        var open: [CInt] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let descriptor = CInt(name), descriptor > 2 { open.append(descriptor) }
        }
        closedir(folder)
        for descriptor in open { close(descriptor) }
    }

    private static func fail(_ what: String) -> Never {
        StandardStreams.error("Error: \(what): \(String(cString: strerror(errno)))")
        _exit(127)
    }
}
