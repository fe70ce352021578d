import NIOCore
import SocketIO

/// A steady stream to a room, for measuring how long its events take: `tick {t_ns, padding}` with the time of sending
/// (CLOCK_MONOTONIC).
enum StreamEvents {
    private struct Stream: Codable {
        var room: String
        var everyMilliseconds: Int
        /// Bytes of padding in each event.
        var padding: Int
        /// Whether who is slow gets only the newest.
        var conflate: Bool
    }

    /// "stream" STREAM: until the socket that asked for it goes.
    static func listen(to socket: Socket) {
        socket.on("stream", as: Stream.self) { stream, _ in
            let padding = SocketValue.string(String(repeating: "x", count: stream.padding))
            let all = socket.namespace.to(stream.room)
            let receivers = stream.conflate ? all.conflated(key: "tick") : all
            let period = TimeAmount.milliseconds(Int64(max(stream.everyMilliseconds, 1)))
            socket.eventLoop.scheduleRepeatedTask(initialDelay: period, delay: period) { task in
                guard socket.isConnected else { return task.cancel() }
                let now = Int(NIODeadline.now().uptimeNanoseconds)
                receivers.emit("tick", ["t_ns": .number(now), "padding": padding])
            }
        }
    }
}
