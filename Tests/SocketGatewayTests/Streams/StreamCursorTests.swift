import Testing

@testable import SocketGateway

@Suite struct StreamCursorTests {
    @Test func atTheFrontItSendsWhatComes() {
        var cursor = StreamCursor(start: 7, delivered: 7)
        #expect(!cursor.isBehind && cursor.chunk(max: 10) == nil)
        let result1 = cursor.delivered(8, isWritable: true)
        #expect(result1 == .send)
        let result2 = cursor.delivered(9, isWritable: true)
        #expect(result2 == .send)
        #expect(cursor.through == 9)
    }

    @Test func aReplayMeetsTheLiveStream() {
        var cursor = StreamCursor(start: 2, delivered: 7)
        #expect(cursor.chunk(max: 3).map { [$0.since, $0.through] } == [2, 5])
        cursor.sent(through: 5, first: 1)
        // What comes meanwhile is left to the ring, whether or not the reader could take it.
        let result3 = cursor.delivered(8, isWritable: true)
        #expect(result3 == .none)
        let result4 = cursor.delivered(9, isWritable: false)
        #expect(result4 == .none)
        #expect(cursor.chunk(max: 10).map { [$0.since, $0.through] } == [5, 9])
        cursor.sent(through: 9, first: 1)
        #expect(!cursor.isBehind)
        let result5 = cursor.delivered(10, isWritable: true)
        #expect(result5 == .send)
    }

    @Test func aSlowReaderGetsTheNewest() {
        var cursor = StreamCursor(start: 0, delivered: 0)
        let result6 = cursor.delivered(1, isWritable: false)
        #expect(result6 == .keep(thinned: 0))
        let result7 = cursor.delivered(2, isWritable: false)
        #expect(result7 == .keep(thinned: 1))
        #expect(cursor.chunk(max: 10) == nil)
        let hasKept = cursor.becameWritable()
        #expect(hasKept)
        #expect(cursor.through == 2 && !cursor.isBehind)
        let hasMore = cursor.becameWritable()
        #expect(!hasMore)
        let result8 = cursor.delivered(3, isWritable: true)
        #expect(result8 == .send)
    }

    @Test func aReadingThatFindsRoomTakesThePlaceOfTheKeptOne() {
        var cursor = StreamCursor(start: 0, delivered: 0)
        let result9 = cursor.delivered(1, isWritable: false)
        #expect(result9 == .keep(thinned: 0))
        let result10 = cursor.delivered(2, isWritable: true)
        #expect(result10 == .send)
        let hasKept = cursor.becameWritable()
        #expect(!hasKept)
    }

    @Test func whatWasOverwrittenIsSkipped() {
        var cursor = StreamCursor(start: 0, delivered: 1_000)
        cursor.sent(through: 256, first: 901)
        #expect(cursor.chunk(max: 256).map { [$0.since, $0.through] } == [900, 1_000])
        cursor.sent(through: 1_000, first: 2_000)
        #expect(cursor.through == 1_000 && !cursor.isBehind)
    }
}
