import NIOCore

/// What a socket tells the application. All of it on the socket's event loop, in the order in which it was added.
extension Socket {
    /// Calls `body` for each event of this name, in the order of their arrival.
    @discardableResult
    public func on(_ event: String, _ body: @escaping @Sendable (EventContext) -> Void) -> Listener {
        let listener = Listener()
        self.onLoop { self.listeners.byName[event, default: ListenerList()].add(body, as: listener) }
        return listener
    }

    /// Calls `body` for the next event of this name only.
    @discardableResult
    public func once(_ event: String, _ body: @escaping @Sendable (EventContext) -> Void) -> Listener {
        let listener = Listener()
        self.onLoop { self.listeners.byName[event, default: ListenerList()].add(body, as: listener, once: true) }
        return listener
    }

    /// Takes a listener away, whatever it was added with.
    public func off(_ listener: Listener) { self.onLoop { self.listeners.remove(listener) } }

    /// Takes all listeners of an event away.
    public func off(_ event: String) { self.onLoop { self.listeners.byName[event] = nil } }

    /// Calls `body` for every event, before the handlers of its name.
    @discardableResult
    public func onAny(_ body: @escaping @Sendable (EventContext) -> Void) -> Listener {
        let listener = Listener()
        self.onLoop { self.listeners.any.add(body, as: listener) }
        return listener
    }

    /// The same, before those that are there already.
    @discardableResult
    public func prependAny(_ body: @escaping @Sendable (EventContext) -> Void) -> Listener {
        let listener = Listener()
        self.onLoop { self.listeners.any.add(body, as: listener, first: true) }
        return listener
    }

    /// Takes one listener of every event away, or all of them.
    public func offAny(_ listener: Listener? = nil) {
        self.onLoop {
            if let listener { self.listeners.any.remove(listener) } else { self.listeners.any = ListenerList() }
        }
    }

    /// Calls `body` for every event that goes to this client, broadcasts included.
    @discardableResult
    public func onAnyOutgoing(
        _ body: @escaping @Sendable (_ event: String, _ arguments: [SocketValue]) -> Void
    ) -> Listener {
        let listener = Listener()
        self.onLoop {
            self.listeners.outgoing.add(body, as: listener)
            self.barLane()
        }
        return listener
    }

    /// The same, before those that are there already.
    @discardableResult
    public func prependAnyOutgoing(
        _ body: @escaping @Sendable (_ event: String, _ arguments: [SocketValue]) -> Void
    ) -> Listener {
        let listener = Listener()
        self.onLoop {
            self.listeners.outgoing.add(body, as: listener, first: true)
            self.barLane()
        }
        return listener
    }

    /// Takes one listener of outgoing events away, or all of them.
    public func offAnyOutgoing(_ listener: Listener? = nil) {
        self.onLoop {
            if let listener {
                self.listeners.outgoing.remove(listener)
            } else {
                self.listeners.outgoing = ListenerList()
            }
        }
    }

    /// Shows each event of the client to `body` before its handlers. An error drops the event and goes to
    /// ``onError(_:)``; the connection stays.
    public func use(_ body: @escaping @Sendable (EventContext) throws -> Void) {
        self.onLoop { self.listeners.middlewares.append(body) }
    }

    /// Calls `body` with the errors of the middlewares of ``use(_:)``, of payloads that do not fit, and of a packet
    /// that could not be read, which ends the connection.
    public func onError(_ body: @escaping @Sendable (any Error) -> Void) {
        self.onLoop { self.listeners.onError.append(body) }
    }

    /// Calls `body` when the socket is about to go, its rooms still populated.
    public func onDisconnecting(_ body: @escaping @Sendable (DisconnectReason) -> Void) {
        self.onLoop { self.listeners.onDisconnecting.append(body) }
    }

    /// Calls `body` when the socket has gone.
    public func onDisconnect(_ body: @escaping @Sendable (DisconnectReason) -> Void) {
        self.onLoop { self.listeners.onDisconnect.append(body) }
    }

    // MARK: Calling them

    func announce(_ event: String, _ arguments: [SocketValue]) {
        self.eventLoop.assertInEventLoop()
        guard !self.listeners.outgoing.isEmpty else { return }
        for body in self.listeners.outgoing.take() { body(event, arguments) }
    }

    func received(name: String, arguments: [SocketValue], ackID: Int?) {
        self.eventLoop.assertInEventLoop()
        let context = EventContext(name: name, arguments: arguments, socket: self, ackID: ackID)
        do {
            for middleware in self.listeners.middlewares { try middleware(context) }
        } catch {
            return self.failed(error)
        }
        if !self.listeners.any.isEmpty { for body in self.listeners.any.take() { body(context) } }
        if let bodies = self.listeners.byName[name]?.take() {
            if self.listeners.byName[name]?.isEmpty == true { self.listeners.byName[name] = nil }
            for body in bodies { body(context) }
        }
        for body in self.namespace.eventHandlers(name) { body(context) }
    }

    /// An event was not handled.
    func failed(_ error: any Error) {
        self.eventLoop.assertInEventLoop()
        for handler in self.listeners.onError { handler(error) }
    }
}
