/// Says to the handlers behind ``EngineHTTPHandler`` that the connection is a WebSocket now: HTTP has ended on it, and a
/// handler that waits for requests can go.
public struct WebSocketTakeover: Sendable {}
