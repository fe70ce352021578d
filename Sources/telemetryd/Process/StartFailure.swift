import TelemetryCore

/// Why the daemon could not start or had to stop, as one line for the user.
struct StartFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// Any error; only the first line of its text, so that nothing that looks like a stack trace gets out.
    init(_ error: any Error) {
        let text = "\(error)"
        self.description = text.split(separator: "\n").first.map(String.init) ?? text
    }
}
