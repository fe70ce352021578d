/// What people may write: checked and tidied, never interpreted. Clients show it as text.
package enum ChatText {
    /// The sender of notices; nobody else may have this name.
    package static let serverName = "Server"
    /// Whoever has no name.
    package static let guestName = "Guest"

    /// The name without spaces at its ends; nil if it is empty, too long, has control characters, or is the server's.
    package static func userName(_ text: String) -> String? {
        let name = Self.trimmed(text)
        guard !name.isEmpty, name.utf8.count <= Limits.userNameBytesMax else { return nil }
        guard !name.unicodeScalars.contains(where: Self.isControl) else { return nil }
        guard name.lowercased() != Self.serverName.lowercased() else { return nil }
        return name
    }

    /// The message without spaces at its ends; nil if it is empty, too long, or has control characters other than line
    /// feed and tab.
    package static func message(_ text: String) -> String? {
        guard text.utf8.count <= Limits.chatTextBytesMax else { return nil }
        let message = Self.trimmed(text)
        guard !message.isEmpty else { return nil }
        let isBad = message.unicodeScalars.contains { Self.isControl($0) && $0 != "\n" && $0 != "\t" }
        return isBad ? nil : message
    }

    private static func trimmed(_ text: String) -> String {
        var rest = text[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }

    /// Control characters, line separators, and the marks that turn the direction of text around (they make one name
    /// look like another).
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: (0x202a...0x202e).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        }
    }
}
