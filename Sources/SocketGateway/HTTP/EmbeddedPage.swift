package import HummingbirdCore
import TelemetryCore

/// Which request is for the page that other sites may show in a frame: `GET /?embed=machineA…`, and no other.
///
/// The page looks at its URL in the browser, and the gateway at the request. Both must come to the same: a request that
/// may be framed, but shows the whole page, could be used to make people click where they do not know it. So this is
/// strict: the path is `/`, `embed` is there exactly once, and its value is a machine's name.
package enum EmbeddedPage {
    /// Whether this URI is the embedded page's.
    package static func isAsked(by uri: URI) -> Bool {
        guard uri.path == "/", let parameters = try? uri.decodedQuery() else { return false }
        let values = parameters.filter { $0.name == "embed" }
        guard values.count == 1, let value = values.first?.value else { return false }
        return MachineID(value) != nil
    }
}
