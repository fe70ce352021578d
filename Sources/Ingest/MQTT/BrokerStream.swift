import Glibc

/// The TCP connection to the broker, once it stands: taken from libmosquitto, which gets one end of a socket pair in
/// its place.
///
/// libmosquitto reads a packet with four system calls and writes each acknowledgement with one more. Here a read takes
/// all that has come, plain messages go straight to the inbox, and their acknowledgements leave together. All other
/// packets go on to libmosquitto through the pair, and what it says comes back the same way: sessions, subscriptions,
/// keep-alive and every error are its business as before. One thread.
final class BrokerStream {
    /// What there is to do after some packets.
    enum Step: Equatable {
        /// All packets are taken that are whole.
        case taken
        /// The inbox takes no more.
        case full
        /// What comes next is libmosquitto's: ``passOn()``.
        case foreign
    }

    /// Of the TCP connection.
    let descriptor: Int32
    /// Our end of the pair.
    private let inner: Int32
    private let version: MQTTVersion
    private let buffer: UnsafeMutableRawBufferPointer
    /// What has come and is neither taken nor passed on.
    private var unread = 0..<0
    /// The last read found as much as there was room for.
    private(set) var mayHaveMore = false
    /// Whole packets may be left that the inbox had no room for: nothing to wait for.
    private(set) var isBehind = false
    /// Bytes of the packet at hand that are still to be passed on.
    private var foreign = 0
    private var isForeignMessage = false
    /// Acknowledgements of messages in the inbox: they leave with the next ``collect(_:)``, after the commit.
    private var held: [UInt8] = []
    /// On its way to the broker, packet by packet.
    private var outgoing: [UInt8] = []

    /// `nil`: it cannot be had, and libmosquitto keeps it. `socket`: libmosquitto's, between two packets.
    init?(taking socket: Int32, version: MQTTVersion) {
        var pair: [Int32] = [-1, -1]
        let flags = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        guard socketpair(AF_UNIX, Int32(flags), 0, &pair) == 0 else { return nil }
        let descriptor = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        // From here on `socket` is the other end of the pair.
        guard descriptor >= 0, dup2(pair[1], socket) == socket else {
            if descriptor >= 0 { close(descriptor) }
            close(pair[0])
            close(pair[1])
            return nil
        }
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        close(pair[1])
        // What leaves is gathered here; the kernel need not wait for more.
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        self.descriptor = descriptor
        self.inner = pair[0]
        self.version = version
        self.buffer = .allocate(byteCount: Limits.streamBufferBytes, alignment: 16)
    }

    deinit {
        close(self.descriptor)
        close(self.inner)
        self.buffer.deallocate()
    }

    // MARK: In

    /// Reads once what has come, as far as there is room. False: the connection is gone; `errno` says why, 0 that the
    /// broker closed it.
    func receive() -> Bool {
        self.mayHaveMore = false
        if self.unread.lowerBound > 0 {
            // At most one packet that is not whole.
            let rest = UnsafeRawBufferPointer(rebasing: self.buffer[self.unread])
            self.buffer.copyMemory(from: rest)
            self.unread = 0..<rest.count
        }
        let room = UnsafeMutableRawBufferPointer(rebasing: self.buffer[self.unread.upperBound...])
        guard !room.isEmpty else { return true }
        let count = recv(self.descriptor, room.baseAddress, room.count, 0)
        guard count > 0 else {
            if count == 0 { errno = 0 }
            return count < 0 && (errno == EAGAIN || errno == EINTR)
        }
        self.unread = self.unread.lowerBound..<self.unread.upperBound + count
        self.mayHaveMore = count == room.count
        return true
    }

    /// Puts into the inbox what is whole and plain.
    func take(into inbox: MQTTInbox) -> Step {
        self.isBehind = false
        if self.foreign > 0 { return self.unread.isEmpty ? .taken : .foreign }
        let received = inbox.now
        while !inbox.isFull {
            let bytes = UnsafeRawBufferPointer(rebasing: self.buffer[self.unread])
            switch BrokerPacket(bytes, version: self.version, countMax: self.buffer.count) {
            case .incomplete:
                return .taken
            case .other(let count, let isMessage):
                self.foreign = count
                self.isForeignMessage = isMessage
                return .foreign
            case .message(let message):
                if message.identifier != 0 { self.hold(message.identifier) }
                inbox.append(
                    topic: UnsafeRawBufferPointer(rebasing: bytes[message.topic]),
                    payload: UnsafeRawBufferPointer(rebasing: bytes[message.payload]),
                    isRetained: message.isRetained,
                    isRedelivered: message.isRedelivered,
                    awaitsAcknowledgement: message.identifier != 0,
                    received: received
                )
                self.unread = self.unread.lowerBound + message.count..<self.unread.upperBound
            }
        }
        self.isBehind = !self.unread.isEmpty
        return .full
    }

    /// Gives libmosquitto as much of its packet as is there and it has room for. True: it has all of a message, whose
    /// acknowledgement must come behind those that are held.
    func passOn() -> Bool {
        let bytes = UnsafeRawBufferPointer(rebasing: self.buffer[self.unread].prefix(self.foreign))
        let count = Glibc.send(self.inner, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        // Otherwise libmosquitto has to read first, or has closed its end, which it will tell.
        guard count > 0 else { return false }
        self.unread = self.unread.lowerBound + count..<self.unread.upperBound
        if self.foreign != .max { self.foreign -= count }
        return self.foreign == 0 && self.isForeignMessage
    }

    /// PUBACK (section 3.4): of MQTT 5 too, where two bytes mean success.
    private func hold(_ identifier: UInt16) {
        self.held += [0x40, 2, UInt8(identifier >> 8), UInt8(identifier & 0xFF)]
    }

    // MARK: Out

    /// Something is held or on its way.
    var wantsWrite: Bool { !self.held.isEmpty || !self.outgoing.isEmpty }

    /// Puts what is held, and behind it what libmosquitto says, on the way. `writeAll` has libmosquitto write to its
    /// end as much as there is room for; true: it has more.
    func collect<Failure: Error>(_ writeAll: () throws(Failure) -> Bool) throws(Failure) {
        self.outgoing += self.held
        self.held.removeAll(keepingCapacity: true)
        // To the end, even where the broker takes nothing: half a packet must not lie before an acknowledgement.
        while try writeAll() { self.drain() }
        self.drain()
    }

    private func drain() {
        while true {
            let count = withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { room in
                let count = recv(self.inner, room.baseAddress, room.count, 0)
                if count > 0 { self.outgoing += room.prefix(count) }
                return count
            }
            guard count > 0 else { return }
        }
    }

    /// Sends what is on its way, as far as the socket takes it. False: the connection is gone; `errno` says why.
    func send() -> Bool {
        guard !self.outgoing.isEmpty else { return true }
        let count = self.outgoing.withUnsafeBytes { bytes in
            Glibc.send(self.descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
        if count == self.outgoing.count {
            self.outgoing.removeAll(keepingCapacity: true)
        } else if count > 0 {
            self.outgoing.removeFirst(count)
        }
        return count >= 0 || errno == EAGAIN || errno == EINTR
    }
}
