/// Which of the forms of an answer the client wants most, by its `Accept` (RFC 9110 section 12.5.1).
package enum AcceptedFormat {
    /// Nil: none of `offered` is acceptable. Without a header field, or between equals: the first one offered.
    ///
    /// - Parameter offered: forms with their media types, in lower case and without parameters.
    package static func choose<Form>(_ accept: String?, from offered: [(form: Form, type: String)]) -> Form? {
        guard let accept, accept.contains(where: { !$0.isWhitespace }) else { return offered.first?.form }
        let ranges = accept.lowercased().split(separator: ",").prefix(Limits.mediaRangesMax).map(Range.init)
        var best: (form: Form, quality: Double)?
        for (form, type) in offered {
            // The most specific range that matches counts, whatever its quality.
            let range = ranges.filter { $0.matches(type) }.max { $0.specificity < $1.specificity }
            guard let quality = range?.quality, quality > 0 else { continue }
            if best.map({ quality > $0.quality }) ?? true { best = (form, quality) }
        }
        return best?.form
    }

    /// `text/*;q=0.5`
    private struct Range {
        let type: Substring
        let quality: Double

        init(_ text: Substring) {
            let parts = text.split(separator: ";").map { part in
                part.drop(while: \.isWhitespace).prefix { !$0.isWhitespace }
            }
            self.type = parts.first ?? ""
            let quality = parts.dropFirst().last { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
            self.quality = min(max(quality ?? 1, 0), 1)
        }

        var specificity: Int { self.type == "*/*" ? 0 : self.type.hasSuffix("/*") ? 1 : 2 }

        func matches(_ type: String) -> Bool {
            switch self.specificity {
            case 0: true
            case 1: type.hasPrefix(self.type.dropLast())
            default: type == self.type
            }
        }
    }
}
