import NIOCore
import SocketIO
import Testing

@Suite struct Base64Tests {
    /// RFC 4648 section 10.
    static let known = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]

    @Test(arguments: known) func knownVectors(_ text: String, _ encoded: String) {
        var out = ByteBuffer()
        Base64.encode(ByteBuffer(string: text).readableBytesView, into: &out)
        #expect(String(buffer: out) == encoded)
        #expect(Base64.decode(ByteBuffer(string: encoded).readableBytesView) == ByteBuffer(string: text))
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zm9=v===", "Zg==Zg==", "Zm 9v", "Zm9v\n", "Zm-_", "Zm9é",
        "=Zm9",
    ]) func refused(_ text: String) {
        #expect(Base64.decode(ByteBuffer(string: text).readableBytesView) == nil)
    }

    /// Bits behind the last byte that are not zero: RFC 4648 section 3.5 leaves it to the reader, Node's `Buffer` takes
    /// them, and so do we: a client's encoder is not worth a closed session.
    @Test(arguments: [("Zh==", "f"), ("Zv==", "f"), ("Zm9=", "fo"), ("Zm8=", "fo"), ("Zm9vYh==", "foob")])
    func bitsBehindTheLastByteDoNotMatter(_ text: String, _ decoded: String) {
        #expect(Base64.decode(ByteBuffer(string: text).readableBytesView) == ByteBuffer(string: decoded))
    }

    @Test func everyByteAtEveryPlace() {
        for length in 1...6 {
            for byte in UInt8.min...UInt8.max {
                let bytes = ByteBuffer(repeating: byte, count: length)
                var out = ByteBuffer()
                Base64.encode(bytes.readableBytesView, into: &out)
                #expect(out.readableBytes == (length + 2) / 3 * 4)
                #expect(Base64.decode(out.readableBytesView) == bytes)
            }
        }
    }

    @Test func aSliceIsReadFromItsOwnStart() {
        var buffer = ByteBuffer(string: "xxxZm9v")
        buffer.moveReaderIndex(forwardBy: 3)
        #expect(Base64.decode(buffer.readableBytesView) == ByteBuffer(string: "foo"))
    }

    @Test func identifiersAreTwentyURLSafeCharactersAndDiffer() {
        let all = (0..<2_000).map { _ in Base64.randomIdentifier() }
        #expect(Set(all).count == all.count)
        for identifier in all {
            #expect(identifier.utf8.count == 20)
            #expect(identifier.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        }
        for place in 0..<20 { #expect(Set(all.map { Array($0)[place] }).count == 64) }
    }
}
