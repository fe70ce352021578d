import Foundation

/// The persistent session as this side knows it: the client id, and the filters that the broker has subscribed for it.
///
/// A text file beside the database, mode 0600 (who knows the id can take the session over): the id in the first line,
/// then one filter per line. The filters are kept because the broker remembers them too: after a change of templates
/// the old ones have to be unsubscribed, or their messages would come (and be stored twice) for ever.
struct SessionFile: Hashable, Sendable {
    /// Why the file cannot be used; one line for the user.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let path: String
    let clientID: String
    private(set) var filters: [String]

    /// Reads the file, or makes it with a new random id. A file without a usable id (empty after a power failure) is
    /// made anew.
    init(path: String) throws(Failure) {
        self.path = path
        if FileManager.default.fileExists(atPath: path) {
            let lines = try Self.read(path).split(separator: "\n")
            if let first = lines.first, Self.isClientID(first) {
                self.clientID = String(first)
                self.filters = lines.dropFirst().map(String.init)
                return
            }
        }
        // 23 characters of 0-9a-zA-Z are what every MQTT 3.1.1 broker must take: 10 + 13 random ones (77 bits).
        let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        let random = (0..<13).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] }
        self.clientID = "telemetryd" + String(random)
        self.filters = []
        try self.write()
    }

    /// Remembers what is subscribed now.
    mutating func replaceFilters(_ filters: [String]) throws(Failure) {
        guard filters != self.filters else { return }
        self.filters = filters
        try self.write()
    }

    private static func isClientID(_ text: Substring) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private static func read(_ path: String) throws(Failure) -> String {
        let data: Data
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            data = try file.read(upToCount: Limits.sessionBytesMax + 1) ?? Data()
        } catch {
            throw Failure(description: "cannot read the MQTT client id from \(path): \(error.localizedDescription)")
        }
        guard data.count <= Limits.sessionBytesMax else {
            let limit = "it has more than \(Limits.sessionBytesMax) bytes"
            throw Failure(description: "\(path) is no MQTT session file of telemetryd: \(limit)")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// A new file beside it, synced and renamed over it: never half a file.
    private func write() throws(Failure) {
        let text = ([self.clientID] + self.filters).joined(separator: "\n") + "\n"
        let temporary = self.path + ".new"
        do {
            let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
            guard FileManager.default.createFile(atPath: temporary, contents: nil, attributes: attributes) else {
                throw CocoaError(.fileWriteUnknown)
            }
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: temporary))
            defer { try? file.close() }
            try file.write(contentsOf: Data(text.utf8))
            try file.synchronize()
            guard rename(temporary, self.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            throw Failure(description: "cannot write the MQTT client id to \(self.path): \(error.localizedDescription)")
        }
    }
}
