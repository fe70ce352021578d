import Testing

@testable import telemetryd

@Suite struct SpellingTests {
    @Test(arguments: [
        ("port", "port", 0), ("prot", "port", 1), ("", "abc", 3), ("histry", "history", 1), ("a", "B", 1),
    ])
    func distance(left: String, right: String, expected: Int) {
        #expect(Spelling.distance(left, right) == expected)
        #expect(Spelling.distance(right, left) == expected)
    }

    @Test func nearest() {
        #expect(Spelling.nearest(to: "prot", among: ["host", "port", "public"]) == "port")
        #expect(Spelling.nearest(to: "frobnicate", among: ["host", "port"]) == nil)
        #expect(Spelling.nearest(to: "x", among: []) == nil)
    }
}
