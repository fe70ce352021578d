/// A value that is not allowed: one line that names it and says what is.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    package let description: String

    /// An error with this line.
    package init(_ description: String) {
        self.description = description
    }

    /// `origin` is the option or environment variable, as the user wrote it.
    package init(origin: String, value: String, allowed: String) {
        self.description = "\(origin) is \"\(value)\": \(allowed)"
    }
}
