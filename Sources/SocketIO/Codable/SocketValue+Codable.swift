public import NIOCore

/// `Codable` types as arguments. A ``SocketValue`` may itself be a property of one: for what has no fixed shape.
extension SocketValue: Codable {
    /// The value of a `Codable` type.
    /// - Throws: `EncodingError`, e.g. for a number that is not finite.
    public init(encoding value: some Encodable) throws { self = try SocketValueEncoder.encode(value) }

    /// This value as a `Codable` type.
    /// - Throws: `DecodingError` that says where it does not fit.
    public func decode<T: Decodable>(_ type: T.Type = T.self) throws -> T {
        try SocketValueDecoder.decode(type, from: self)
    }

    /// Only from this library's own decoder: other formats have no binary and no exact numbers.
    public init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? SocketValueDecoder else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "SocketValue needs SocketIO's decoder"))
        }
        self = decoder.value
    }

    /// Only into this library's own encoder, which takes the value as it is.
    public func encode(to encoder: any Encoder) throws {
        throw EncodingError.invalidValue(
            self, .init(codingPath: encoder.codingPath, debugDescription: "SocketValue needs SocketIO's encoder"))
    }

    /// Its kind, for messages to people.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string, .unpairedString: "a string"
        case .array: "an array"
        case .object: "an object"
        case .binary: "binary"
        case .encoded: "encoded JSON"
        }
    }
}

/// The error of an event whose argument is not what its handler takes. Goes to ``Socket/onError(_:)``.
public struct PayloadError: Error, Sendable {
    /// The event.
    public let event: String
    /// What is wrong, for people.
    public let message: String
}

extension Socket {
    /// Calls `body` with the first argument of each such event as a `Codable` type. An event whose argument does not
    /// fit is not handled: the error goes to ``onError(_:)``.
    ///
    /// ```swift
    /// struct Join: Codable { var machine: String; var history: Int? }
    /// socket.on("joinRoom", as: Join.self) { join, event in … }
    /// ```
    public func on<Payload: Decodable & SendableMetatype>(
        _ event: String, as type: Payload.Type, _ body: @escaping @Sendable (Payload, EventContext) -> Void
    ) {
        self.on(event) { context in
            do {
                body(try (context.arguments.first ?? .null).decode(Payload.self), context)
            } catch {
                context.socket.failed(PayloadError(event: event, message: "\(error)"))
            }
        }
    }

    /// Sends an event with one `Codable` argument.
    /// - Throws: `EncodingError`; then nothing is sent.
    public func emit(_ event: String, encoding payload: some Encodable) throws {
        self.emit(event, arguments: [try SocketValue(encoding: payload)])
    }

    /// Sends an event with one `Codable` argument and decodes the first argument of the answer.
    /// - Throws: ``AckError``, `EncodingError`, `DecodingError`.
    public func emitWithAck<Answer: Decodable>(
        _ event: String, encoding payload: some Encodable, timeout: TimeAmount, as type: Answer.Type
    ) async throws -> Answer {
        let value = try SocketValue(encoding: payload)
        let answer = try await self.emitWithAck(event, value, timeout: timeout)
        return try (answer.first ?? .null).decode(type)
    }
}

extension EventContext {
    /// Answers with one `Codable` argument.
    /// - Throws: `EncodingError`; then nothing is sent.
    public func acknowledge(encoding payload: some Encodable) throws {
        self.acknowledge(arguments: [try SocketValue(encoding: payload)])
    }
}

extension BroadcastOperator {
    /// Sends an event with one `Codable` argument.
    /// - Throws: `EncodingError`; then nothing is sent.
    public func emit(_ event: String, encoding payload: some Encodable) throws {
        self.emit(event, arguments: [try SocketValue(encoding: payload)])
    }
}
