/// Why a recording cannot be played: one line for people, without the file's name.
package struct ReplayFailure: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
