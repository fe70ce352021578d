import NIOEmbedded
import Testing

@testable import SocketGateway
@testable import TelemetryCore

/// What the writer commits on its way to an event loop.
@Suite struct LoopCrossingTests {
    private static func batch(_ sequences: ClosedRange<Int64>) throws -> [LiveReading] {
        let machine = try #require(MachineID("m"))
        return sequences.map { sequence in
            let reading = Reading(
                machine: machine,
                timestamp: nil,
                received: Timestamp(milliseconds: sequence),
                metrics: Metrics(rpm: 1)
            )
            return LiveReading(StoredReading(sequence: sequence, reading: reading))
        }
    }

    @Test func aLoopIsAskedOnceAndFindsAllInOrder() throws {
        let crossing = LoopCrossing(to: EmbeddedEventLoop())
        #expect(crossing.add(try Self.batch(1...2), isUrgent: false))
        #expect(!crossing.add(try Self.batch(3...3), isUrgent: true))
        #expect(!crossing.add(try Self.batch(4...5), isUrgent: false))
        let (readings, isUrgent) = crossing.take()
        #expect(readings.map(\.sequence) == [1, 2, 3, 4, 5])
        #expect(isUrgent, "a part of it has waited")
    }

    @Test func afterThatItIsAskedAgain() throws {
        let crossing = LoopCrossing(to: EmbeddedEventLoop())
        _ = crossing.add(try Self.batch(1...1), isUrgent: true)
        _ = crossing.take()
        #expect(crossing.take().readings.isEmpty)
        #expect(crossing.add(try Self.batch(2...2), isUrgent: false))
        let (readings, isUrgent) = crossing.take()
        #expect(readings.map(\.sequence) == [2])
        #expect(!isUrgent)
    }
}
