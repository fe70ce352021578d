package import NIOCore

/// The bounds of what people do. What is kept is bounded in the core.
extension Limits {
    /// UTF-8 bytes of a user name: 32 letters of any script.
    package static let userNameBytesMax = 128
    /// UTF-8 bytes of a chat text: a few sentences.
    package static let chatTextBytesMax = 2_000
    /// Chat messages (or changes of name) a socket may send at once, and how long one takes to come back.
    package static let chatBurst = 5
    package static let chatRefill = TimeAmount.seconds(1)
    /// Names in one `roomUsers`: 50 of at most 300 bytes are 15 KB for each in the room; the rest is a number.
    package static let roomUsersListedMax = 50
    /// Time over which changes of who is in a room are gathered.
    package static let roomUsersInterval = TimeAmount.milliseconds(250)
    /// In a room with more clients than this they are gathered for longer: a thousand dashboards that come at once
    /// would cost each of them a message four times a second.
    package static let roomUsersCrowd = 50
    package static let roomUsersCrowdInterval = TimeAmount.seconds(1)
    /// UTF-8 bytes of an item of the hand-over list: a few lines on paper.
    package static let handoverTextBytesMax = 500
    /// Bytes of the body of a request about it: a text whose every byte is escaped, and a name.
    package static let handoverBodyBytesMax = 8_192
    /// Changes of the list that all together may make at once, and how long one takes to come back. A shift that clears
    /// a full list by hand stays below it.
    package static let handoverBurst = 60
    package static let handoverRefill = TimeAmount.milliseconds(200)
    /// Time over which changes of the list are gathered before all who see it get it: 160 KB at most.
    package static let handoverInterval = TimeAmount.milliseconds(100)
}
