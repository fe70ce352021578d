/// What a test needs to go on is not there.
struct Missing: Error, CustomStringConvertible {
    let description: String

    init(_ what: String) {
        self.description = "there is not " + what
    }
}
