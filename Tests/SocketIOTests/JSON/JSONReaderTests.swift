import NIOCore
import SocketIO
import Testing

/// RFC 8259, strictly.
@Suite struct JSONReaderTests {
    private static func read(_ text: String) throws(JSONError) -> SocketValue {
        try JSONReader.value(of: ByteBuffer(string: text))
    }

    private static func write(_ value: SocketValue) -> String {
        var out = ByteBuffer()
        var writer = JSONWriter()
        writer.write(value, into: &out)
        return String(buffer: out)
    }

    /// Texts that come back exactly as they went in.
    static let echoed = [
        "null", "true", "false", "0", "-0", "1", "-1", "10", "123456789", "0.5", "-0.5", "1.0", "1e5", "1E5", "1e+5",
        "1e-5", "1.5e300", "9007199254740993", "-9223372036854775808", "18446744073709551615",
        "3.141592653589793238462643383279502884197169399375105820974944592307816406286", "1e400", "-1e-400",
        #""""#, #""a""#, #""a/b""#, #""é€😀""#, #""\"\\""#, #""\b\f\n\r\t""#, #""\u0000\u001f""#, "\"\u{7F}\"",
        #""\ud800""#, #""\udc00""#, #""\udc00\ud800""#, #""a\ud83d""#, #""\ud800\u0041""#,
        "[]", "[[]]", "[1,2,3]", "[null,true,false]", "{}", #"{"":0}"#, #"{"b":1,"a":2,"10":3,"1":4}"#,
        #"{"a":{"b":[{"c":null}]}}"#, #"{"a":1,"a":2}"#, #"[{"_placeholder":true,"num":0}]"#,
    ]

    @Test func aLoneSurrogateInANameIsKeptToo() throws {
        let text = #"{"\ud800a":1,"b":{"\udfff":[2]}}"#
        var value = try JSONReader.value(of: ByteBuffer(string: text))
        func written(_ value: SocketValue) -> String {
            var out = ByteBuffer()
            var writer = JSONWriter()
            writer.write(value, into: &out)
            return String(buffer: out)
        }
        #expect(written(value) == text)
        #expect(value["\u{FFFD}a"] == 1)
        guard case .object(var object) = value else { return }
        object.members[0].name = "c"
        value = .object(object)
        #expect(written(value) == #"{"c":1,"b":{"\udfff":[2]}}"#)
    }

    @Test(arguments: echoed) func trap42_trap43_anEchoIsByteForByteTheSame(_ text: String) throws {
        #expect(Self.write(try Self.read(text)) == text)
    }

    /// Texts that mean the same as another, which is how they are written.
    static let respelt: [(String, String)] = [
        (" 1 ", "1"), ("\t[\n1\r, 2 ]", "[1,2]"), (#"{ "a" : 1 , "b" : 2 }"#, #"{"a":1,"b":2}"#),
        (#""\/""#, #""/""#), (#""\u0041""#, #""A""#), (#""\u20AC""#, #""€""#), (#""\ud83d\ude00""#, #""😀""#),
        (#""\uD83D\uDE00""#, #""😀""#), (#""\u000a""#, #""\n""#), (#""\u001F""#, #""\u001f""#),
        (#""\u007f""#, "\"\u{7F}\""), (#"{"\u0061":1}"#, #"{"a":1}"#), (#"{"\ud800":1}"#, #"{"\ud800":1}"#),
        ("\"\u{2028}\"", "\"\u{2028}\""), (#""\u0022""#, #""\"""#),
    ]

    @Test(arguments: respelt) func writtenAsJSONStringify(_ text: String, _ expected: String) throws {
        #expect(Self.write(try Self.read(text)) == expected)
    }

    static let refused = [
        "", " ", "nul", "nulll", "True", "tru", "falsee", "NaN", "Infinity", "-Infinity", "undefined",
        "+1", "-", "--1", "01", "-01", "00", "1.", ".5", "-.5", "1.e5", "1e", "1e+", "1e1.5", "0x10", "1_000", "1 2",
        "\"", "\"a", "'a'", "\"a\nb\"", "\"a\tb\"", "\"\u{0}\"", #""\""#, #""\x41""#, #""\u""#, #""\u12""#,
        #""\u12g4""#, #""\a""#, #""\u{41}""#, #""a"b"#,
        "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1,,2]", "[]]", "[}",
        "{", "}", "{a:1}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{,"a":1}"#, #"{"a":1 "b":2}"#, #"{"a" 1}"#, "{1:2}",
        #"{"a":1}}"#, "[1]//", "/**/1", "\u{FEFF}1", "\u{A0}1", "[1]\u{0}",
    ]

    @Test(arguments: refused) func isRefused(_ text: String) {
        #expect(throws: JSONError.self) { try Self.read(text) }
    }

    @Test func theOffsetSaysWhere() {
        #expect(throws: JSONError.syntax(offset: 3)) { try Self.read("[1,]") }
        #expect(throws: JSONError.syntax(offset: 0)) { try Self.read("") }
    }

    @Test(arguments: [("[", "]"), (#"{"a":"#, "}")]) func depthIsBounded(_ open: String, _ close: String) throws {
        func nested(_ depth: Int) -> String {
            String(repeating: open, count: depth - 1) + (open == "[" ? "[]" : "{}")
                + String(repeating: close, count: depth - 1)
        }
        let deepest = nested(SocketLimits.jsonDepthMax)
        #expect(Self.write(try Self.read(deepest)) == deepest)
        #expect(throws: JSONError.tooDeep) { try Self.read(nested(SocketLimits.jsonDepthMax + 1)) }
        #expect(throws: JSONError.tooDeep) { try Self.read(String(repeating: open, count: 100_000)) }
    }

    @Test func depthIsNotAboutWidth() throws {
        let wide = "[" + Array(repeating: "[]", count: 1_000).joined(separator: ",") + "]"
        #expect(Self.write(try Self.read(wide)) == wide)
    }

    @Test func trap44_loneSurrogatesAreKeptAndNeverTrap() throws {
        #expect(try Self.read(#""\ud800""#) == .unpairedString(json: #"\ud800"#))
        #expect(try Self.read(#""x\udc00\ud800\u0041""#) == .unpairedString(json: #"x\udc00\ud800\u0041"#))
        #expect(try Self.read(#""\ud83d\ude00""#) == "😀")
    }

    @Test func trap42_integersStayIntegers() throws {
        #expect(try Self.read("9007199254740993").intValue == 9_007_199_254_740_993)
        #expect(try Self.read("9223372036854775807").intValue == Int.max)
        #expect(try Self.read("9223372036854775808").intValue == nil)
        #expect(try Self.read("1.0").intValue == 1)
        #expect(try Self.read("1e3").intValue == 1_000)
        #expect(try Self.read("0.5").intValue == nil)
        #expect(try Self.read("1e400").doubleValue == .infinity)
        #expect(try Self.read("0.1").doubleValue == 0.1)
    }

    @Test func theLastOfTwoMembersOfANameCounts() throws {
        #expect(try Self.read(#"{"a":1,"a":2}"#)["a"] == 2)
    }

    @Test(arguments: [(1.0, "1"), (0.1, "0.1"), (-0.0, "-0"), (1e21, "1e+21"), (.nan, "0"), (-.infinity, "0")])
    func doublesAreWrittenShort(_ value: Double, _ text: String) {
        #expect(Self.write(.number(value)) == text)
    }

    @Test func placeholdersCountUpInTheOrderOfWriting() {
        var out = ByteBuffer()
        var writer = JSONWriter()
        let (a, b) = (ByteBuffer(string: "a"), ByteBuffer())
        writer.write(["x": .binary(a), "y": [.binary(b)]], into: &out)
        #expect(
            String(buffer: out)
                == #"{"x":{"_placeholder":true,"num":0},"y":[{"_placeholder":true,"num":1}]}"#)
        #expect(writer.attachments == [a, b])
    }
}
