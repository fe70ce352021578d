/// One event from a client.
public struct EventContext: Sendable {
    /// The event's name; a number on the wire is its text here.
    public let name: String
    /// The arguments behind the name.
    public let arguments: [SocketValue]
    /// Who sent it.
    public let socket: Socket
    private let ack: AckSender?

    init(name: String, arguments: [SocketValue], socket: Socket, ackID: Int?) {
        self.name = name
        self.arguments = arguments
        self.socket = socket
        self.ack = ackID.map { AckSender(id: $0, socket: socket) }
    }

    /// Whether the client waits for an answer.
    public var expectsAck: Bool { self.ack != nil }

    /// Answers, from any thread. Only the first call counts; without a client that waits, or after it has gone, nothing
    /// happens.
    public func acknowledge(_ arguments: SocketValue...) { self.ack?.send(arguments) }

    /// Answers with a list of arguments.
    public func acknowledge(arguments: [SocketValue]) { self.ack?.send(arguments) }
}

/// The right to one acknowledgement.
///
/// `@unchecked Sendable`: `isSpent` is touched on the socket's event loop only: `send` hops there before it looks.
private final class AckSender: @unchecked Sendable {
    private let id: Int
    private let socket: Socket
    private var isSpent = false

    init(id: Int, socket: Socket) {
        self.id = id
        self.socket = socket
    }

    func send(_ arguments: [SocketValue]) {
        self.socket.onLoop {
            guard !self.isSpent else { return }
            self.isSpent = true
            self.socket.sendAck(id: self.id, arguments)
        }
    }
}
