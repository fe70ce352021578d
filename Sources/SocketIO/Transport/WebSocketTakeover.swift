/// Says to the handlers of a channel that the connection is a WebSocket now: HTTP has ended on it, and a
/// handler that waits for requests can go.
public struct WebSocketTakeover: Sendable {}
