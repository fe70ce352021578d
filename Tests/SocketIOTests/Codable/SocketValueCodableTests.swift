import NIOCore
import SocketIO
import Testing

@Suite("Codable payloads")
struct SocketValueCodableTests {
    private struct Reading: Codable, Equatable {
        var machine: String
        var seq: UInt64
        var rpm: Double?
        var tags: [String]
        var picture: ByteBuffer?
        var rest: SocketValue
    }

    private enum Kind: String, Codable { case drill, press }

    @Test("a struct keeps its members' order, exact numbers and binary")
    func structRoundTrip() throws {
        let reading = Reading(
            machine: "a", seq: .max, rpm: 1480.5, tags: ["x", "y"], picture: ByteBuffer(bytes: [1, 2]),
            rest: ["deep": [1, nil, "two"]])
        let value = try SocketValue(encoding: reading)
        #expect(value.objectValue?.members.map(\.name) == ["machine", "seq", "rpm", "tags", "picture", "rest"])
        #expect(
            value["seq"].map { value in if case .number(let number) = value { number.text } else { "" } }
                == "18446744073709551615")
        #expect(value["picture"] == .binary(ByteBuffer(bytes: [1, 2])))
        #expect(value["rest"]?["deep"]?.arrayValue?.count == 3)
        #expect(try value.decode(Reading.self) == reading)
    }

    @Test("a missing optional is left out and read back as nil")
    func missingOptional() throws {
        let reading = Reading(machine: "a", seq: 1, rpm: nil, tags: [], picture: nil, rest: .null)
        let value = try SocketValue(encoding: reading)
        #expect(value["rpm"] == nil)
        #expect(try value.decode(Reading.self) == reading)
    }

    @Test("plain values, arrays, dictionaries and enums")
    func plainValues() throws {
        #expect(try SocketValue(encoding: 42) == 42)
        #expect(try SocketValue(encoding: Float(0.1)) == 0.1)
        #expect(try SocketValue(encoding: [1, 2]) == [1, 2])
        #expect(try SocketValue(encoding: [UInt8]([1, 2])) == .binary(ByteBuffer(bytes: [1, 2])))
        #expect(try SocketValue(encoding: Kind.press) == "press")
        #expect(try SocketValue(encoding: ["k": [true]]) == ["k": [true]])
        #expect(try SocketValue.string("drill").decode(Kind.self) == .drill)
        #expect(try SocketValue.array([1, 2.0]).decode([Int].self) == [1, 2])
        #expect(try SocketValue.null.decode(Int?.self) == nil)
        #expect(try SocketValue.binary(ByteBuffer(bytes: [7])).decode([UInt8].self) == [7])
    }

    @Test(
        "what does not fit is an error and no trap",
        arguments: [SocketValue.null, "text", 1.5, 300, -1, true, [], [:], .binary(ByteBuffer())])
    func misfits(value: SocketValue) {
        #expect(throws: DecodingError.self) { try value.decode(UInt8.self) }
        #expect(throws: DecodingError.self) { try value.decode(Reading.self) }
    }

    @Test("numbers that JSON does not have are refused")
    func notFinite() {
        #expect(throws: EncodingError.self) { try SocketValue(encoding: Double.nan) }
        #expect(throws: EncodingError.self) { try SocketValue(encoding: ["x": Double.infinity]) }
    }
}
