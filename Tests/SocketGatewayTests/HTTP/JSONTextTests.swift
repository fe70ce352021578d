import Testing

@testable import SocketGateway

@Suite struct JSONTextTests {
    /// What `JSON.stringify` makes of them.
    @Test(arguments: [
        ("plain", #""plain""#), ("a/b", #""a/b""#), (#"q"\"#, #""q\"\\""#), ("\u{8}\t\n\u{c}\r", #""\b\t\n\f\r""#),
        ("\u{1}\u{1f}", #""\u0001\u001f""#), ("Größe €", "\"Größe €\""), ("", "\"\""),
    ])
    func quoted(text: String, json: String) {
        #expect(JSONText.quoted(text) == json)
    }
}
