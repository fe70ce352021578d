import Foundation
import NIOCore

/// What the command line says: `peer-server PORT [CLIENT [PING TIMEOUT]]`, in the same order and units as
/// reference_server.py has it.
struct Arguments {
    /// 0 stands for any free port.
    var port = 0
    /// The file of the client that the page at `/` loads.
    var client: String?
    var pingInterval = TimeAmount.seconds(25)
    var pingTimeout = TimeAmount.seconds(20)

    /// The defaults stand in for what is missing or no number.
    init(_ words: [String] = CommandLine.arguments) {
        if words.count > 1, let port = Int(words[1]) { self.port = port }
        if words.count > 2, !words[2].isEmpty { self.client = words[2] }
        if words.count > 4, let interval = Double(words[3]), let timeout = Double(words[4]) {
            self.pingInterval = .microseconds(Int64(interval * 1_000_000))
            self.pingTimeout = .microseconds(Int64(timeout * 1_000_000))
        }
    }
}
