package import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Why the gateway cannot listen, as one line for the user.
package struct ListenError: Error, Equatable, CustomStringConvertible {
    package let description: String

    /// The system refused to bind or listen.
    package init(host: String, port: Int, cause: IOError) {
        let reason =
            switch cause.errnoCode {
            case EADDRINUSE: "the port is in use; choose another with --port"
            case EADDRNOTAVAIL: "this machine does not have that address; choose another with --host"
            case EACCES: "ports below 1024 need a privilege; choose another with --port"
            default: String(cString: strerror(cause.errnoCode))
            }
        self.init(host: host, port: port, reason: reason)
    }

    /// The host has no address.
    package init(unknownHost host: String, port: Int) {
        self.init(host: host, port: port, reason: "no address is known for that host; choose another with --host")
    }

    private init(host: String, port: Int, reason: String) {
        let shown = host.contains(":") ? "[\(host)]" : host
        self.description = "cannot listen on \(shown):\(port): \(reason)"
    }
}
