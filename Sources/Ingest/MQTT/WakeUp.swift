import CMosquitto
import Glibc

/// An eventfd: lets any thread end another thread's `poll`.
final class WakeUp: Sendable {
    let descriptor: Int32

    /// Throws the errno when the process has no descriptor left.
    init() throws(Errno) {
        self.descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard self.descriptor >= 0 else { throw Errno(code: errno) }
    }

    deinit { close(self.descriptor) }

    struct Errno: Error, CustomStringConvertible {
        let code: Int32

        var description: String { String(cString: strerror(self.code)) }
    }

    /// Any thread. Several signals before the next `drain` count as one.
    func signal() {
        // Only fails when the counter is full (2^64 - 2 signals), and then the reader is woken anyway.
        _ = eventfd_write(self.descriptor, 1)
    }

    /// The polling thread, after it was woken.
    func drain() {
        var count: eventfd_t = 0
        _ = eventfd_read(self.descriptor, &count)
    }
}
