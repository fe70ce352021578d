import NIOCore
import SocketIO

/// Acknowledgements beyond the plain ones: with deadlines, twice, from many.
enum AckEvents {
    static func listen(to socket: Socket) {
        // Only the first answer may reach the client.
        socket.on("answer twice") { event in
            event.acknowledge("first")
            event.acknowledge("second")
        }
        // The client may or may not have asked for an answer.
        socket.on("expects") { socket.emit("expected", .bool($0.expectsAck)) }
        // "ask me within" MILLISECONDS VALUES…: what became of the question.
        socket.on("ask me within") { event in
            let limit = TimeAmount.milliseconds(Int64(event.arguments.first?.intValue ?? 0))
            let values = Array(event.arguments.dropFirst())
            Task {
                do throws {
                    let answer = try await socket.emitWithAck("question", arguments: values, timeout: limit)
                    event.acknowledge(["answer": .array(answer)])
                } catch {
                    event.acknowledge(["error": .string(Self.name(error))])
                }
            }
        }
        // "ask all" AUDIENCE MILLISECONDS VALUES…: one outcome for each socket, by its id.
        socket.on("ask all") { event in
            guard let audience = try? event.arguments.first?.decode(Audience.self), event.arguments.count > 1,
                let limit = event.arguments[1].intValue
            else { return }
            Task {
                let outcomes = await audience.sockets(for: socket).emitWithAck(
                    "question", arguments: Array(event.arguments.dropFirst(2)), timeout: .milliseconds(Int64(limit)))
                let members = outcomes.map {
                    SocketObject.Member(name: $0.socketID, value: Self.value(of: $0))
                }
                event.acknowledge(.object(SocketObject(members: members)))
            }
        }
    }

    private static func value(of outcome: AckOutcome) -> SocketValue {
        switch outcome.result {
        case .success(let values): ["answer": .array(values)]
        case .failure(let error): ["error": .string(Self.name(error))]
        }
    }

    private static func name(_ error: any Error) -> String {
        switch error as? AckError {
        case .timedOut: "timed out"
        case .disconnected: "disconnected"
        case .tooManyPending: "too many pending"
        case nil: "\(error)"
        }
    }
}
