package import NIOCore

/// Every bound that a peer can run into in the Socket.IO layer; those that an application may want to move are in
/// ``Server/Configuration`` and ``EngineConfiguration``.
package enum SocketLimits {
    /// Attachments of one packet. Node's parser and the JavaScript client both refuse more (CVE-2026-33151).
    package static let attachmentsMax = 10
    /// Bytes of all attachments of one packet: ten of the largest message that the default `maxPayload` allows.
    package static let attachmentBytesMax = 10_000_000
    /// Seconds until all attachments of a packet must be there; what has come is held in memory meanwhile.
    package static let attachmentSecondsMax = 30
    /// Arrays and objects inside each other. The reader recurses once a level, about 300 bytes of stack each: far below
    /// the 512 KiB of a thread.
    package static let jsonDepthMax = 64
    /// Bytes of a namespace's name on the wire.
    package static let namespaceBytesMax = 256
    /// Digits of an acknowledgement id: 10^15 is below 2^53, so that JavaScript counts exactly.
    package static let ackIDDigitsMax = 15
    /// Namespaces that one connection may be connected to at once.
    package static let namespacesPerConnectionMax = 64
    /// Rooms that one socket may be in: a fleet page watches every machine, several thousand of them.
    package static let roomsPerSocketMax = 16_384
    /// Acknowledgements a socket may owe the server at once; further `emitWithAck` fail at once.
    package static let pendingAcksMax = 1_024
}

/// Every bound of the Engine.IO layer that is not configurable.
package enum EngineLimits {
    /// How long what follows a message that is sent alone is kept back, unless the client says something before: its
    /// thread is awake by then, also on a machine that is busy, and has read it. (With 10 ms 2 of 300 clients had not
    /// while two builds ran on two cores.)
    package static let pauseAfterLone = TimeAmount.milliseconds(50)
    /// How long a peer may take to answer a close frame before the connection is cut.
    package static let closeHandshakeTimeout = TimeAmount.seconds(2)
    /// Frames of one fragmented WebSocket message: 1,000,000 bytes in pieces of 8 KiB are 123 (CVE-2026-48779: tiny
    /// fragments).
    package static let fragmentsPerMessageMax = 256
    /// Looks, a millisecond apart, for bytes of a candidate WebSocket that were not read yet, while a poll waits for
    /// them: against a client that never stops to send.
    package static let unreadLooksMax = 100
    /// Payload of a WebSocket control frame (RFC 6455 section 5.5).
    package static let controlFrameBytesMax = 125
    /// Length of a session id that is looked up at all; ours have 20 characters.
    package static let sessionIDBytesMax = 256
    /// Parts of pipelined requests kept while an answer is outstanding; above it the connection is not read.
    package static let pipelinedPartsMax = 64
    /// Packets in one polling body: a client that flushes a backlog sends some hundred, each at least one byte and RS.
    package static let packetsPerPayloadMax = 10_000
}
