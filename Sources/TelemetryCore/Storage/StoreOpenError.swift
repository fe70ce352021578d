/// Why the database could not be opened: one line for the user that names the file and what to do.
package struct StoreOpenError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
