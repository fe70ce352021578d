public import Logging
import NIOConcurrencyHelpers
public import NIOCore

/// An Engine.IO 4 server: sessions over polling and WebSocket, without Socket.IO on top. ``Server`` is built on it.
///
/// It opens no port. Put ``makeChannelHandler()`` behind the HTTP codec of any NIO server, on channels of the event
/// loops given here. All methods may be called on any thread.
public final class EngineServer: Sendable {
    /// The options it was made with.
    public let configuration: EngineConfiguration
    let logger: Logger
    private let loops: [ObjectIdentifier: EngineLoop]
    private let prefix: String

    private struct State {
        var sessions: [String: EngineConnection] = [:]
        var isShuttingDown = false
        var onConnection: (@Sendable (EngineConnection) -> Void)?
        var sessionsByAddress: [String: Int] = [:]
        var refusals: [EngineErrorCode: Int] = [:]
        /// Open, sessions or not: a closing handshake goes on behind its session's end.
        var adoptedSockets = 0
        /// Resumed when the last session is gone and the last adopted socket closed, while shutting down.
        var drained: [EventLoopPromise<Void>] = []
        #if os(Linux)
            var watcher: SocketWatcher?
        #endif

        var isDrained: Bool { self.sessions.isEmpty && self.adoptedSockets == 0 }

        /// Who waited for this moment, if it is the moment.
        mutating func takeDrained() -> [EventLoopPromise<Void>] {
            guard self.isShuttingDown, self.isDrained else { return [] }
            defer { self.drained = [] }
            return self.drained
        }
    }

    private let state = NIOLockedValueBox(State())

    /// - Parameter eventLoopGroup: the loops of the channels that will carry the server's traffic.
    public init(eventLoopGroup: any EventLoopGroup, configuration: EngineConfiguration = .init(), logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        self.prefix = configuration.prefix
        var loops: [ObjectIdentifier: EngineLoop] = [:]
        for eventLoop in eventLoopGroup.makeIterator() {
            loops[ObjectIdentifier(eventLoop)] = EngineLoop(
                eventLoop: eventLoop, number: loops.count, configuration: configuration)
        }
        self.loops = loops
    }

    /// Sets what is called for each new session: on the session's event loop, before any of its messages.
    public func onConnection(_ body: @escaping @Sendable (EngineConnection) -> Void) {
        self.state.withLockedValue { $0.onConnection = body }
    }

    /// Sessions that are open or still have to tell their client that they are closed.
    public var sessionCount: Int { self.state.withLockedValue { $0.sessions.count } }

    /// Requests refused with each code of the error table since the start.
    public var refusals: [EngineErrorCode: Int] { self.state.withLockedValue { $0.refusals } }

    /// Whether a request target is this server's business.
    public func handles(uri: String) -> Bool {
        guard uri.utf8.starts(with: self.prefix.utf8) else { return false }
        guard !self.configuration.passedOnPaths.isEmpty else { return true }
        return !self.configuration.passedOnPaths.contains(String(uri.prefix { $0 != "?" }))
    }

    /// A handler for one connection, to be placed behind the HTTP codec.
    public func makeChannelHandler() -> any RemovableChannelHandler { EngineHTTPHandler(server: self) }

    /// Refuses new sessions and ends the open ones; returns when none is left, at the latest when each WebSocket's
    /// closing handshake has run into its limit.
    /// - Parameter duration: the sessions are ended evenly over this time, so that their clients do not all come back
    ///   in the same moment.
    public func shutdown(spreadingOver duration: TimeAmount = .nanoseconds(0)) async {
        guard let anyLoop = self.loops.values.first?.eventLoop else { return }
        let promise = anyLoop.makePromise(of: Void.self)
        let (sessions, isDrained) = self.state.withLockedValue { state in
            state.isShuttingDown = true
            if !state.isDrained { state.drained.append(promise) }
            return (Array(state.sessions.values), state.isDrained)
        }
        if isDrained { promise.succeed() }
        for (index, session) in sessions.enumerated() {
            let delay = duration.nanoseconds / Int64(sessions.count) * Int64(index)
            session.eventLoop.scheduleTask(in: .nanoseconds(delay)) { session.abort(.serverShuttingDown) }
        }
        try? await promise.futureResult.get()
    }

    // MARK: For the transports

    var isShuttingDown: Bool { self.state.withLockedValue { $0.isShuttingDown } }

    var eventLoops: [any EventLoop] { self.loops.values.map(\.eventLoop) }

    /// The loop-confined part of a loop; `nil` for loops that are not this server's.
    func engineLoop(_ eventLoop: any EventLoop) -> EngineLoop? { self.loops[ObjectIdentifier(eventLoop)] }

    func session(_ id: String) -> EngineConnection? {
        guard id.utf8.count <= EngineLimits.sessionIDBytesMax else { return nil }
        return self.state.withLockedValue { $0.sessions[id] }
    }

    /// Whether one more session from this address is allowed.
    func hasRoom(for address: String) -> Bool {
        guard let max = self.configuration.inbound.sessionsPerAddress else { return true }
        return self.state.withLockedValue { $0.sessionsByAddress[address] ?? 0 } < max
    }

    /// A fresh id; `nil` if the application has none, or one that is taken.
    func makeID(_ request: HandshakeRequest) -> String? {
        guard let generate = self.configuration.generateID else { return Base64.randomIdentifier() }
        return generate(request).flatMap { self.freshID($0) }
    }

    /// An id that the application has made, if it can be one.
    func freshID(_ id: String) -> String? {
        guard !id.isEmpty, id.utf8.count <= EngineLimits.sessionIDBytesMax, self.session(id) == nil else { return nil }
        return id
    }

    func countRefusal(_ code: EngineErrorCode) {
        self.state.withLockedValue { $0.refusals[code, default: 0] += 1 }
        self.configuration.observer?.requestRefused(code)
    }

    /// Enters a new session and calls the application. On the session's loop.
    func open(_ connection: EngineConnection) {
        let (body, isShuttingDown) = self.state.withLockedValue { state in
            state.sessions[connection.id] = connection
            state.sessionsByAddress[connection.request.address, default: 0] += 1
            return (state.onConnection, state.isShuttingDown)
        }
        self.configuration.observer?.sessionOpened(connection.lastTransport)
        if let packet = self.configuration.initialPacket { connection.send(packet) }
        body?(connection)
        // A shutdown that began between the check at the request and this line has not seen the session.
        if isShuttingDown { connection.abort(.serverShuttingDown) }
    }

    func remove(_ id: String) {
        let drained = self.state.withLockedValue { state -> [EventLoopPromise<Void>] in
            if let session = state.sessions.removeValue(forKey: id) {
                let address = session.request.address
                let count = (state.sessionsByAddress[address] ?? 0) - 1
                state.sessionsByAddress[address] = count > 0 ? count : nil
            }
            return state.takeDrained()
        }
        for promise in drained { promise.succeed() }
    }

    #if os(Linux)
        var adoptedSocketCount: Int { self.state.withLockedValue { $0.adoptedSockets } }

        func adoptedSocketOpened() { self.state.withLockedValue { $0.adoptedSockets += 1 } }

        func adoptedSocketClosed() {
            let drained = self.state.withLockedValue { state in
                state.adoptedSockets -= 1
                return state.takeDrained()
            }
            for promise in drained { promise.succeed() }
        }

        var watcher: SocketWatcher? { self.state.withLockedValue { $0.watcher } }

        /// Whether there is a watcher for adopted sockets, an old one or a new one.
        func startWatching() -> Bool {
            let loops = self.loops.values.sorted { $0.number < $1.number }
            guard loops.count <= SocketWatcher.Token.loopsMax else { return false }
            return self.state.withLockedValue { state in
                if state.watcher == nil { state.watcher = SocketWatcher(loops) }
                return state.watcher != nil
            }
        }
    #endif
}
