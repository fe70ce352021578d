/// An event that is encoded and framed already, once for all its receivers.
public struct PreparedEvent: Sendable {
    let namespace: String
    let name: String
    /// What listeners of outgoing events see.
    var arguments: [SocketValue]
    private(set) var message: OutboundMessage
    let conflationKey: String?
    let isVolatile: Bool
    /// Its place in the recovery log, if it is there.
    var logIndex: Int?
    /// Who wants to know what became of it.
    var report: SendReport?

    /// - Parameters:
    ///   - namespace: the name of the namespace it will be sent in.
    ///   - conflationKey: names the value this event carries within its room. A receiver that is slow gets only the
    ///     newest event of a key.
    ///   - isVolatile: receivers that are busy do not get it at all.
    ///   - isCompressed: whether it may be compressed where that is configured.
    /// - Precondition: the event's name is none of the protocol's own (`connect`, `disconnect`, …).
    public init(
        namespace: String, event: String, arguments: [SocketValue], conflationKey: String? = nil,
        isVolatile: Bool = false, isCompressed: Bool = true
    ) {
        self.init(
            namespace: namespace, event: event, arguments: arguments, ackID: nil, conflationKey: conflationKey,
            isVolatile: isVolatile, isCompressed: isCompressed)
    }

    init(
        namespace: String, event: String, arguments: [SocketValue], ackID: Int?, conflationKey: String? = nil,
        isVolatile: Bool, isCompressed: Bool = true
    ) {
        precondition(!ReservedEvent.names.contains(event), "reserved event name")
        self.namespace = namespace
        self.name = event
        self.arguments = arguments
        self.message = OutboundMessage(
            SocketPacketEncoder.event(namespace: namespace, id: ackID, name: event, arguments: arguments),
            isCompressed: isCompressed)
        self.conflationKey = conflationKey
        self.isVolatile = isVolatile
    }

    /// The same with bytes that nobody else refers to.
    func unshared() -> PreparedEvent {
        var copy = self
        copy.message = self.message.unshared()
        return copy
    }

    func key(room: String) -> ConflationKey? {
        self.conflationKey.map { ConflationKey(namespace: self.namespace, room: room, event: self.name, key: $0) }
    }
}
