import Foundation

/// The two variables of the conformance server.
struct Environment {
    let port: Int
    let isEngineSuite: Bool

    init(_ variables: [String: String] = ProcessInfo.processInfo.environment) {
        self.port = variables["PORT"].flatMap(Int.init) ?? 3000
        self.isEngineSuite = variables["SUITE"] == "engine"
    }
}
