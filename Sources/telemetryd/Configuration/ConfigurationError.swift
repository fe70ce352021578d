/// A value that is not allowed: one line that names it and says what is.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    package let description: String
    /// What the process ends with: usage, or failure when the value may be right but the file it names is not there.
    package let code: ExitCode

    /// An error with this line.
    package init(_ description: String) {
        self.description = description
        self.code = .usage
    }

    /// `origin` is the option or environment variable, as the user wrote it.
    package init(origin: String, value: String, allowed: String, code: ExitCode = .usage) {
        self.description = "\(origin) is \"\(value)\": \(allowed)"
        self.code = code
    }
}
