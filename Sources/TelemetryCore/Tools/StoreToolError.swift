/// Why a tool could not do its work on a database: one line for the user that names the file and what to do.
package struct StoreToolError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
