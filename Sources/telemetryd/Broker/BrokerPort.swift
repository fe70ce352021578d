#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Looks whether the broker will be able to listen: it could only say so in its log.
enum BrokerPort {
    /// The port that is free: the one asked for, or any when that is 0. Throws a ``StartFailure`` if it is taken, or
    /// the address is not of this machine.
    static func free(host: String, port: Int) throws(StartFailure) -> Int {
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &found) == 0, let address = found else {
            throw StartFailure("--broker-host: \(host) is no address of this machine")
        }
        defer { freeaddrinfo(found) }
        let family = address.pointee.ai_family
        let descriptor = socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var yes: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        guard bind(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 else {
            throw Self.failure(host, port)
        }
        return try Self.port(of: descriptor, family, asked: port)
    }

    private static func port(of descriptor: CInt, _ family: CInt, asked: Int) throws(StartFailure) -> Int {
        if asked != 0 { return asked }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let port = withUnsafeMutableBytes(of: &storage) { bytes -> UInt16? in
            guard let start = bytes.baseAddress,
                getsockname(descriptor, start.assumingMemoryBound(to: sockaddr.self), &length) == 0
            else { return nil }
            // The port has the same place in both families.
            return bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self).bigEndian
        }
        guard let port else { throw Self.failure("", asked) }
        return Int(port)
    }

    private static func failure(_ host: String, _ port: Int) -> StartFailure {
        guard errno == EADDRINUSE else {
            return StartFailure("--broker: cannot listen on \(host), port \(port): \(String(cString: strerror(errno)))")
        }
        return StartFailure(
            "--broker: port \(port) on \(host) is in use; if a broker runs there, use --mqtt mqtt://\(host):\(port), "
                + "else give another port: --broker 1884"
        )
    }
}
