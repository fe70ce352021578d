import NIOCore
import Testing

@testable import SocketIO

@Suite struct AttachmentLimitTests {
    @Test func theAttachmentsOfAPacketAreBoundedInBytesTogether() throws {
        var decoder = SocketPacketDecoder()
        let header = #"52-["e",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#
        #expect(try decoder.decode(text: ByteBuffer(string: header)) == nil)
        #expect(decoder.isAwaitingAttachments)
        let large = ByteBuffer(repeating: 0, count: SocketLimits.attachmentBytesMax)
        #expect(try decoder.decode(binary: large) == nil)
        #expect(throws: SocketParseError.attachmentsTooLarge) { try decoder.decode(binary: ByteBuffer(bytes: [1])) }
    }

    @Test func exactlyTheLimitIsTaken() throws {
        var decoder = SocketPacketDecoder()
        _ = try decoder.decode(text: ByteBuffer(string: #"51-["e",{"_placeholder":true,"num":0}]"#))
        let large = ByteBuffer(repeating: 0, count: SocketLimits.attachmentBytesMax)
        let packet = try decoder.decode(binary: large)
        #expect(packet == .event(namespace: "/", id: nil, name: "e", arguments: [.binary(large)]))
        #expect(!decoder.isAwaitingAttachments)
    }
}
