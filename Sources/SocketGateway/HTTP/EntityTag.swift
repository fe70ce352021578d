/// An HTTP entity tag (RFC 9110, 8.8.3) and the comparison `If-None-Match` asks for.
package struct EntityTag: Hashable, Sendable {
    /// The opaque part, without quotes.
    let opaque: String

    /// A tag whose opaque part is `opaque`; it must consist of visible ASCII without quotes.
    package init(opaque: String) {
        self.opaque = opaque
    }

    /// A tag for this content: FNV-1a, 64 bit, and the length. It tells versions of one file apart, nothing more.
    package init(content: some Collection<UInt8>) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in content {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        self.opaque = String(hash, radix: 16) + "-" + String(content.count, radix: 16)
    }

    /// The header field's value.
    package var headerValue: String { "\"\(self.opaque)\"" }

    /// Whether an `If-None-Match` value names this tag: `*`, or a list that has it, weak (`W/`) or not.
    package func isNamed(by ifNoneMatch: String) -> Bool {
        if ifNoneMatch.trimmingSpaces == "*" { return true }
        return ifNoneMatch.split(separator: ",").contains { candidate in
            let tag = candidate.trimmingSpaces
            return (tag.hasPrefix("W/") ? tag.dropFirst(2) : tag) == self.headerValue
        }
    }
}

extension StringProtocol {
    /// Without the spaces and tabs at both ends.
    fileprivate var trimmingSpaces: Substring {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return Substring(self).drop(while: isSpace).reversedDrop(while: isSpace)
    }
}

extension Substring {
    /// Without the characters at the end for which `predicate` holds.
    fileprivate func reversedDrop(while predicate: (Character) -> Bool) -> Substring {
        var rest = self
        while let last = rest.last, predicate(last) { rest.removeLast() }
        return rest
    }
}
