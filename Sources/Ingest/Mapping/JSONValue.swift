/// A JSON text as a tree, for payloads that `FlatObjectScanner` leaves to the general decoder.
enum JSONValue {
    struct Member {
        /// UTF-8, escapes resolved. Bytes, since a `String` is compared and hashed by what it means: a key of 64 KiB of
        /// combining marks would take seconds to normalize.
        let key: [UInt8]
        let value: JSONValue
    }

    case null
    case bool(Bool)
    /// May be infinite when the text overflows; whoever uses it refuses that.
    case number(Double)
    case string(String)
    case array([JSONValue])
    /// In the order of the text, with duplicates.
    case object([Member])

    /// For messages: "text", "true or false" …
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "text"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
