import NIOCore
import SocketIO
import TelemetryCore

/// What the gateway remembers of one socket of `/machines`. Confined to the socket's event loop, like ``MachineLoop``.
final class MachineClient {
    let socket: Socket
    var username: String?
    /// The machine whose room it joined.
    var current: MachineID?
    /// The machines it watches besides.
    var watched: Set<MachineID> = []
    /// Whether it also watches the machines that come later.
    var watchesAll = false
    /// A join that waits for its machine.
    var waiting: (request: JoinRequest, event: EventContext)?
    /// By `joinRoom`, and by `watch`.
    var hasJoinedRejected = false
    var watchesRejected = false
    var followsAlarms = false
    var alarmRequests = RateLimit(burst: Limits.alarmRequestsBurst, refill: Limits.alarmRequestsRefill, now: .now())
    var hasJoinedHandover = false
    var chat = RateLimit(burst: Limits.chatBurst, refill: Limits.chatRefill, now: .now())

    init(_ socket: Socket) {
        self.socket = socket
    }

    var followsRejected: Bool { self.hasJoinedRejected || self.watchesRejected }

    /// The machines in whose rooms it is.
    var machines: Set<MachineID> {
        self.current.map { self.watched.union([$0]) } ?? self.watched
    }
}
