package import SocketIO
package import TelemetryCore

/// The argument of `joinRoom`, checked: a machine's name, or an object with more wishes.
package struct JoinRequest: Equatable, Sendable {
    package var machine: MachineID
    /// At most this many readings, the newest ones; nil: the client did not say.
    package var history: Int?
    /// Only readings with a sequence above this, if it belongs to `epoch`.
    package var since: Int64?
    /// The database that `since` belongs to; nil: the client trusts that it is this one.
    package var epoch: String?
    package var username: String?
    /// Whether to wait for a machine that is not there yet.
    package var waits = false
    /// Whether the answer tells of the ring and of our clock; without the wish it has the members of interface
    /// section 5 and no more.
    package var wantsRing = false

    /// Reads the event's first argument. Members it does not know are left alone.
    package init(_ argument: SocketValue?) throws(ClientError) {
        if let name = argument?.stringValue {
            self.machine = try Self.machine(named: name)
            return
        }
        guard let object = argument?.objectValue else {
            throw ClientError(.badRequest, "joinRoom takes a machine's name, or an object with \"machine\".")
        }
        guard let name = object["machine"]?.stringValue else {
            throw ClientError(.badRequest, "\"machine\" must be a machine's name.")
        }
        self.machine = try Self.machine(named: name)
        self.history = try Self.count(object["history"], "history").map { Int(clamping: $0) }
        self.since = try Self.count(object["since"], "since")
        self.epoch = try Self.text(object["epoch"], "epoch", bytesMax: Limits.epochBytesMax)
        self.username = try Self.username(object["username"])
        self.waits = try Self.flag(object["wait"], "wait")
        self.wantsRing = try Self.flag(object["ring"], "ring")
    }

    /// What to ask the ring for. A `since` of another database means nothing here; without a `history`, a valid `since`
    /// gets all that follows it.
    package func bounds(epoch: Epoch, capacity: Int) -> (since: Int64?, limit: Int) {
        let isSameEpoch = self.epoch == nil || self.epoch == epoch.text
        let since = isSameEpoch ? self.since : nil
        let wanted = self.history ?? (since == nil ? Limits.joinHistoryDefault : Limits.joinReadingsMax)
        return (since, min(wanted, capacity, Limits.joinReadingsMax))
    }

    /// The machine of this name.
    package static func machine(named name: String) throws(ClientError) -> MachineID {
        guard let machine = MachineID(name) else {
            throw ClientError(
                .badMachine,
                "A machine name is 1 to 64 of A-Z a-z 0-9 . _ -, and does not begin with . or -."
            )
        }
        return machine
    }

    /// Null counts as absent: what `JSON.stringify` makes of a variable that is not set.
    private static func present(_ value: SocketValue?) -> SocketValue? {
        // Not `flatMap { … nil … }`: a SocketValue can be made of `nil`, and that would be the JSON null again.
        guard let value, !value.isNull else { return .none }
        return value
    }

    private static func count(_ value: SocketValue?, _ name: String) throws(ClientError) -> Int64? {
        guard let value = Self.present(value) else { return nil }
        guard let count = value.intValue, count >= 0 else {
            throw ClientError(.badRequest, "\"\(name)\" must be a whole number from 0 on.")
        }
        return Int64(count)
    }

    private static func flag(_ value: SocketValue?, _ name: String) throws(ClientError) -> Bool {
        guard let value = Self.present(value) else { return false }
        guard let flag = value.boolValue else { throw ClientError(.badRequest, "\"\(name)\" must be true or false.") }
        return flag
    }

    private static func text(
        _ value: SocketValue?,
        _ name: String,
        bytesMax: Int
    ) throws(ClientError) -> String? {
        guard let value = Self.present(value) else { return nil }
        guard let text = value.stringValue, text.utf8.count <= bytesMax else {
            throw ClientError(.badRequest, "\"\(name)\" must be a string of at most \(bytesMax) bytes.")
        }
        return text
    }

    /// A name that may be taken; nil: none is given.
    static func username(_ value: SocketValue?) throws(ClientError) -> String? {
        guard let value = Self.present(value) else { return nil }
        guard let text = value.stringValue, let name = ChatText.userName(text) else {
            throw ClientError(
                .badUsername,
                "A user name is 1 to \(Limits.userNameBytesMax) bytes on one line, and not \"Server\"."
            )
        }
        return name
    }
}
