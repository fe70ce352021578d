/// What the process ends with.
package enum ExitCode: Int32, Sendable {
    case success = 0
    /// Something outside was not as it must be: a port in use, an unreadable file.
    case failure = 1
    /// `EX_USAGE` of sysexits: the command line or the environment asks for something that is not allowed.
    case usage = 64
}
