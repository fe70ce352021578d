public import NIOCore

/// The sockets of one namespace that live on one event loop, for code that sends to many rooms at once and wants one
/// hop per loop for all of it. Valid only inside the closure of ``Namespace/onEachEventLoop(_:)``.
public struct LocalNamespace {
    /// The loop that this code runs on.
    public let eventLoop: any EventLoop
    private let shard: NamespaceShard

    init(eventLoop: any EventLoop, shard: NamespaceShard) {
        self.eventLoop = eventLoop
        self.shard = shard
    }

    /// Whether anybody is here.
    public var hasSockets: Bool { self.shard.hasSockets }

    /// Whether anybody on this loop is in the room.
    public func hasSockets(inRoom room: String) -> Bool { self.shard.hasSockets(inRoom: room) }

    /// Sends to the sockets of a room on this loop.
    public func emit(_ event: PreparedEvent, toRoom room: String) {
        self.shard.deliver(event, to: BroadcastTarget(rooms: [room]))
    }

    /// Runs `body`: what it sends to one receiver leaves in one write, if that receiver is not behind. Worth it for
    /// several events at once.
    /// - Parameter isUrgent: it is not held for ``EngineConfiguration/mergeWindow``; what was held leaves with it. For
    ///   events that have been gathered before.
    public func batch(isUrgent: Bool = false, _ body: () -> Void) { self.shard.batch(isUrgent: isUrgent, body) }

    /// Sends to all sockets on this loop.
    public func emit(_ event: PreparedEvent) { self.shard.deliver(event, to: BroadcastTarget()) }
}
