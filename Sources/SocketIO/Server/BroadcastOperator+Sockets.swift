import NIOConcurrencyHelpers
public import NIOCore

/// What is known of a socket at one moment, and the socket.
public struct SocketSnapshot: Sendable {
    /// The socket itself, to emit to, to move or to disconnect.
    public let socket: Socket
    /// The rooms it was in, its own id among them.
    public let rooms: Set<String>
    /// Its ``Socket/data`` at that moment.
    public let data: SocketObject

    /// The socket's id.
    public var id: String { self.socket.id }
    /// What the client said when it connected.
    public var handshake: Handshake { self.socket.handshake }
}

/// The same choice of sockets, for what is not a plain event.
extension BroadcastOperator {
    /// Sends an event and waits for everybody's answer: one outcome for each socket that was asked, in no particular
    /// order. With nobody there the answer is `[]` at once.
    /// - Parameter timeout: how long a socket may take; it is mandatory, since one that never answers is certain to
    ///   exist.
    public func emitWithAck(
        _ event: String, _ arguments: SocketValue..., timeout: TimeAmount
    ) async -> [AckOutcome] {
        await self.emitWithAck(event, arguments: arguments, timeout: timeout)
    }

    /// Sends with a list of arguments and waits for everybody's answer.
    /// - Parameter timeout: how long a socket may take.
    public func emitWithAck(
        _ event: String, arguments: [SocketValue], timeout: TimeAmount
    ) async -> [AckOutcome] {
        guard self.namespace.hasReceivers(self.target) else { return [] }
        let id = self.namespace.takeAckID()
        let prepared = PreparedEvent(
            namespace: self.namespace.name, event: event, arguments: arguments, ackID: id,
            isVolatile: self.isVolatileSet)
        return await withCheckedContinuation { continuation in
            let collector = AckCollector(loopCount: self.namespace.eventLoops.count) {
                continuation.resume(returning: $0)
            }
            self.forEachLoop { sockets in
                for socket in sockets {
                    socket.deliver(prepared, ackID: id, timeout: timeout) { result in
                        collector.answered(AckOutcome(socketID: socket.id, result: result))
                    }
                }
                collector.asked(sockets.count)
            }
        }
    }

    /// The chosen sockets, with their rooms and data as they are on their event loops.
    public func fetchSockets() async -> [SocketSnapshot] {
        let found = NIOLockedValueBox<(open: Int, snapshots: [SocketSnapshot])>((self.namespace.eventLoops.count, []))
        return await withCheckedContinuation { continuation in
            self.forEachLoop { sockets in
                let here = sockets.map { SocketSnapshot(socket: $0, rooms: $0.rooms, data: $0.data) }
                let all = found.withLockedValue { state -> [SocketSnapshot]? in
                    state.open -= 1
                    state.snapshots += here
                    return state.open == 0 ? state.snapshots : nil
                }
                if let all { continuation.resume(returning: all) }
            }
        }
    }

    /// Makes the chosen sockets join rooms.
    public func socketsJoin(_ rooms: String...) {
        self.forEachLoop { sockets in for socket in sockets { for room in rooms { socket.join(room) } } }
    }

    /// Makes the chosen sockets leave rooms.
    public func socketsLeave(_ rooms: String...) {
        self.forEachLoop { sockets in for socket in sockets { for room in rooms { socket.leave(room) } } }
    }

    /// Disconnects the chosen sockets, or with `close` their whole connections.
    public func disconnectSockets(close: Bool = false) {
        self.forEachLoop { sockets in for socket in sockets { socket.disconnect(close: close) } }
    }

    /// At once on the loop of the caller, as ``Namespace/broadcast(_:to:)``: what the caller sends and moves keeps its
    /// order.
    private func forEachLoop(_ body: @escaping @Sendable ([Socket]) -> Void) {
        for eventLoop in self.namespace.eventLoops {
            let visit = { @Sendable in body(self.namespace.shard(eventLoop)?.sockets(in: self.target) ?? []) }
            if eventLoop.inEventLoop { visit() } else { self.namespace.move(on: eventLoop, visit) }
        }
    }
}
