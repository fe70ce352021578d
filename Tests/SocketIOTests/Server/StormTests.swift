import Foundation
import NIOCore
import SocketIO
import Testing

/// Crowds that come at once and leave in every way there is, twice: nothing of them may stay behind.
///
/// `make test` sends a thousand; `make storm` five thousand on a process of their own, and measures memory as well,
/// which says nothing while other tests run beside it.
@Suite(.timeLimit(.minutes(2))) struct StormTests {
    private static let wantedCount = ProcessInfo.processInfo.environment["STORM_CONNECTIONS"].flatMap(Int.init)
    /// Tasks that each drive an equal part of the crowd: as many handshakes are under way at once.
    private static let laneCount = 20
    private static let roomCount = 10
    /// Memory after the second storm against that after the first.
    private static let growthMax = 1.10

    private struct Guest {
        let number: Int
        let client: WebSocketClient
        /// Of the server's question to it.
        let ackID: String
    }

    /// Puts each socket into a room and asks it for an acknowledgement, which every second client leaves open.
    private static func serve(_ server: TestServer, _ outcomes: EventLog) {
        server.io.of("/").onConnection { socket in
            socket.on("enter") { event in
                let room = "room\(event.arguments.first?.intValue ?? 0)"
                socket.join(room)
                socket.join("everybody")
                event.acknowledge(.string(room))
                Task {
                    do {
                        _ = try await socket.emitWithAck("ask", timeout: .hours(1))
                        outcomes.record("answered")
                    } catch {
                        outcomes.record("\(error)".hasPrefix("disconnected") ? "disconnected" : "\(error)")
                    }
                }
            }
            socket.on("drop me") { _ in socket.disconnect(close: true) }
        }
    }

    /// One client's part in the first half: it joins, enters a room and is asked.
    private static func arrive(_ server: TestServer, _ number: Int) async throws -> Guest {
        let client = try await WebSocketClient.open(server)
        try await client.join()
        let room = number % Self.roomCount
        try await client.send(#"427["enter",\#(room)]"#)
        try #require(try await client.text() == #"437["room\#(room)"]"#)
        let ackID = try #require(try await client.text().firstMatch(of: #/^42(\d+)\["ask"\]$/#)?.1)
        return Guest(number: number, client: client, ackID: String(ackID))
    }

    /// Its part in the second half.
    private static func leave(_ guest: Guest) async throws {
        let (number, client) = (guest.number, guest.client)
        try #require(try await client.text() == #"42["go"]"#, "the broadcast reaches everybody")
        if number.isMultiple(of: 2) { try await client.send(#"43\#(guest.ackID)["here"]"#) }
        switch number / 2 % 4 {
        case 0: try await client.send("41")
        case 1: try await client.send(#"42["drop me"]"#)
        case 2: try await client.send("1")
        default: break
        }
        client.close()
    }

    /// Brings a crowd in and out.
    private static func storm(_ server: TestServer, _ count: Int) async throws {
        let (arrivals, arrived) = AsyncStream<Void>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { lanes in
            for lane in 0..<Self.laneCount {
                lanes.addTask {
                    var guests: [Guest] = []
                    for number in stride(from: lane, to: count, by: Self.laneCount) {
                        guests.append(try await Self.arrive(server, number))
                    }
                    arrived.yield()
                    for guest in guests { try await Self.leave(guest) }
                }
            }
            lanes.addTask {
                // A lane that fails ends the group, and with it this wait.
                var waiting = Self.laneCount
                for await _ in arrivals {
                    waiting -= 1
                    if waiting == 0 { break }
                }
                try Task.checkCancellation()
                #expect(server.io.engine.sessionCount == count)
                #expect(server.io.of("/").socketCount == count)
                #expect(server.io.of("/").count(inRoom: "everybody") == count)
                server.io.to("everybody").emit("go")
            }
            // Not waitForAll(): the first failure must end all lanes.
            for try await _ in lanes {}
        }
    }

    private static func expectNothingLeft(_ server: TestServer, _ outcomes: EventLog, _ count: Int) async {
        // A cut connection is noticed in its own time; the suite's time limit ends the wait.
        while server.io.engine.sessionCount > 0, !Task.isCancelled { await server.settle() }
        await server.settle()
        #expect(server.io.of("/").socketCount == 0)
        for room in ["everybody"] + (0..<Self.roomCount).map({ "room\($0)" }) {
            #expect(server.io.of("/").count(inRoom: room) == 0)
        }
        let isKept = EventLog()
        server.io.of("/").onEachEventLoop { isKept.record("\($0.hasSockets) \($0.hasSockets(inRoom: "everybody"))") }
        #expect(await isKept.take(2) == ["false false", "false false"])
        // Every question has had its end, in one way or the other.
        let ends = await outcomes.take(count)
        let answeredCount = ends.count { $0 == "answered" }
        #expect(ends.count == count && ends.count { $0 == "disconnected" } == count - answeredCount)
        // Those who cut the line without a further word may be gone before their answer was read.
        #expect(answeredCount > 0 && answeredCount <= count / 2)
    }

    @Test func nothingStaysBehind() async throws {
        let count = Self.wantedCount ?? 1_000
        // A connection has two ends here; some are left for the tests beside this one.
        let filesMax = try ProcessUse.raiseOpenFilesLimit()
        try #require(filesMax >= 2 * count + 500, "\(filesMax) open files are too few for \(count) connections")
        try await TestServer.run { server in
            let outcomes = EventLog()
            Self.serve(server, outcomes)
            var residentBytes: [Int] = []
            for _ in 0..<2 {
                try await Self.storm(server, count)
                await Self.expectNothingLeft(server, outcomes, count)
                residentBytes.append(try ProcessUse.residentBytes())
            }
            guard Self.wantedCount != nil else { return }
            let growth = Double(residentBytes[1]) / Double(residentBytes[0])
            #expect(growth <= Self.growthMax, "resident bytes after each storm: \(residentBytes)")
        }
    }
}
