package import SocketIO

/// A JSON object of which every member is known: a typing mistake in a rule must not quietly make another rule.
///
/// Null counts as absent: what `JSON.stringify` makes of a variable that is not set.
package struct StrictObject: Sendable {
    /// What is wrong, in one sentence that names the member and says what is allowed.
    package struct Mistake: Error, Equatable, Sendable {
        package let message: String

        package init(_ message: String) {
            self.message = message
        }
    }

    private var members: [String: SocketValue] = [:]

    /// - Parameters:
    ///   - value: nil: an empty object.
    ///   - known: the names that may occur; each at most once.
    package init(_ value: SocketValue?, known: [String]) throws(Mistake) {
        guard let value, !value.isNull else { return }
        guard let object = value.objectValue else {
            throw Mistake("It must be a JSON object; its members are \(known.joined(separator: ", ")).")
        }
        for member in object.members {
            guard known.contains(member.name) else {
                throw Mistake(
                    "There is no member \(excerpt(member.name)); there are \(known.joined(separator: ", ")).")
            }
            guard self.members[member.name] == nil else { throw Mistake("\"\(member.name)\" is there twice.") }
            self.members[member.name] = member.value
        }
    }

    /// Whether the member is there, and not null.
    package func has(_ name: String) -> Bool { self.present(name) != nil }

    /// The member's text, not interpreted; nil: absent.
    package func text(_ name: String) throws(Mistake) -> String? {
        guard let value = self.present(name) else { return nil }
        guard let text = value.stringValue else { throw Mistake("\"\(name)\" must be a string.") }
        return text
    }

    /// A finite number; nil: absent.
    package func number(_ name: String) throws(Mistake) -> Double? {
        guard let value = self.present(name) else { return nil }
        guard let number = value.doubleValue, number.isFinite else { throw Mistake("\"\(name)\" must be a number.") }
        return number
    }

    package func flag(_ name: String) throws(Mistake) -> Bool? {
        guard let value = self.present(name) else { return nil }
        guard let flag = value.boolValue else { throw Mistake("\"\(name)\" must be true or false.") }
        return flag
    }

    /// A number of seconds, or a text such as `"500ms"`, `"2s"`, `"5m"`; nil: absent.
    package func seconds(_ name: String) throws(Mistake) -> Double? {
        guard let value = self.present(name) else { return nil }
        let text = value.stringValue
        let seconds = text == nil ? value.doubleValue : text.flatMap(Self.seconds)
        guard let seconds, seconds.isFinite, seconds >= 0 else {
            throw Mistake("\"\(name)\" must be a number of seconds, or a time such as \"500ms\", \"2s\", \"5m\".")
        }
        return seconds
    }

    private static func seconds(_ text: String) -> Double? {
        for (suffix, factor) in [("ms", 0.001), ("s", 1.0), ("m", 60), ("h", 3_600)] where text.hasSuffix(suffix) {
            let digits = text.dropLast(suffix.count)
            guard digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) else { continue }
            return Double(digits).map { $0 * factor }
        }
        return nil
    }

    private func present(_ name: String) -> SocketValue? {
        // Not `flatMap { … nil … }`: a SocketValue can be made of `nil`, and that would be the JSON null again.
        guard let value = self.members[name], !value.isNull else { return .none }
        return value
    }
}
