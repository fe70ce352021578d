import Testing

@testable import SocketIO

@Suite("Namespace patterns")
struct NamespacePatternTests {
    @Test(
        "a star stands for any run of characters",
        arguments: [
            ("/room-*", "/room-1", true), ("/room-*", "/room-", true), ("/room-*", "/rooms", false),
            ("/room-*", "/a/room-1", false), ("/*", "/", true), ("/*/chat", "/a/b/chat", true),
            ("/*/chat", "/chat", false), ("/a*b*c", "/abc", true), ("/a*b*c", "/a-b-b-c", true),
            ("/a*b*c", "/ac", false), ("/ab*ba", "/aba", false), ("/exact", "/exact", true),
            ("/exact", "/exactly", false),
        ])
    func match(pattern: String, name: String, matches: Bool) {
        #expect(NamespacePattern(pattern).matches(name) == matches)
    }
}
