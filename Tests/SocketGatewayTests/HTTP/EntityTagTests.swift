import Testing

@testable import SocketGateway

@Suite struct EntityTagTests {
    @Test(arguments: [#""4.8.3""#, #"W/"4.8.3""#, "*", #""a", W/"4.8.3" , "b""#, " * "])
    func trap63_named(header: String) {
        #expect(EntityTag(opaque: "4.8.3").isNamed(by: header))
    }

    @Test(arguments: ["", #""4.8.2""#, "4.8.3", #"w/"4.8.3""#, #""4.8.3"#])
    func notNamed(header: String) {
        #expect(!EntityTag(opaque: "4.8.3").isNamed(by: header))
    }

    @Test func tellsContentsApart() {
        #expect(EntityTag(content: Array("ab".utf8)) != EntityTag(content: Array("ba".utf8)))
        #expect(EntityTag(content: Array("ab".utf8)) == EntityTag(content: Array("ab".utf8)))
    }
}
