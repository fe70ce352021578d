import Testing

@testable import SocketGateway

@Suite struct RequestPathTests {
    @Test(arguments: [
        ("/", ["index.html"]), ("/js/app.js", ["js", "app.js"]), ("/js/", ["js", "index.html"]),
        ("/a%20b.css", ["a b.css"]), ("/%E2%82%AC.svg", ["€.svg"]),
    ])
    func names(path: String, names: [String]) {
        #expect(RequestPath(path)?.names == names)
    }

    @Test(arguments: [
        "", "x", "/..", "/../Package.swift", "/..%2fPackage.swift", "/%2e%2e/a", "//etc/passwd", "/.git/config",
        "/a/./b",
        "/%00", "/%", "/%2", "/%zz", "/%ff", "/a\\b", "/a//b", "/.",
    ])
    func refused(path: String) {
        #expect(RequestPath(path) == nil)
    }
}
