import NIOCore
import SocketIO
import Synchronization
import TelemetryCore

/// A committed reading on its way to the sockets. Encoded at most once for each namespace, and not at all while nobody
/// listens. Any thread.
final class LiveReading: Sendable {
    let machine: MachineID
    let sequence: Int64
    private let stored: StoredReading
    private let forMachines = Mutex<PreparedEvent?>(nil)
    private let forRoot = Mutex<PreparedEvent?>(nil)
    private let forStreams = Mutex<ByteBuffer?>(nil)

    init(_ stored: StoredReading) {
        self.stored = stored
        self.machine = stored.reading.machine
        self.sequence = stored.sequence
    }

    /// For the namespace `/machines`.
    var machinesEvent: PreparedEvent { self.event(self.forMachines, WireEvents.machinesNamespace) }

    /// For the namespace `/`.
    var rootEvent: PreparedEvent { self.event(self.forRoot, WireEvents.rootNamespace) }

    /// For the plain WebSockets: a whole text frame.
    var textFrame: ByteBuffer {
        self.forStreams.withLock { framed in
            if let framed { return framed }
            var json: [UInt8] = []
            self.stored.writeJSON(into: &json)
            let frame = WebSocketFrame.make(.text, ByteBuffer(bytes: json))
            framed = frame
            return frame
        }
    }

    /// The second event loop waits for the first one's encoding (about a microsecond) and then shares its bytes.
    private func event(_ slot: borrowing Mutex<PreparedEvent?>, _ namespace: String) -> PreparedEvent {
        slot.withLock { prepared in
            if let prepared { return prepared }
            let event = WireEvents.machineData(self.stored, namespace: namespace)
            prepared = event
            return event
        }
    }
}
