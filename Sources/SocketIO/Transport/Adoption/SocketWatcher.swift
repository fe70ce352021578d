#if os(Linux)
    import CEpoll
    import NIOConcurrencyHelpers
    import NIOCore

    #if canImport(Glibc)
        import Glibc
    #else
        import Musl
    #endif

    /// Tells event loops which of the adopted sockets have news: one thread in `epoll_wait` for all of them, edge
    /// triggered, so that a socket costs one system call in its whole life. What the news are, its loop finds out.
    ///
    /// Any thread. The thread ends with the last reference to the watcher.
    final class SocketWatcher: Sendable {
        /// Names a socket for as long as it is open: which loop's, which place there, the how manieth in that place.
        struct Token: Hashable, Sendable {
            let raw: UInt64

            /// - Parameters:
            ///   - loop: below ``loopsMax``.
            ///   - generation: its lowest 24 bits count.
            init(loop: Int, place: UInt32, generation: UInt32) {
                self.raw = UInt64(loop & 0xFF) << 56 | UInt64(generation & Self.generationMask) << 32 | UInt64(place)
            }

            init(raw: UInt64) { self.raw = raw }

            /// The number behind the last one ends the thread.
            static let loopsMax = 255
            static let generationMask: UInt32 = 0xFF_FFFF

            var loop: Int { Int(self.raw >> 56) }
            var generation: UInt32 { UInt32(truncatingIfNeeded: self.raw >> 32) & Self.generationMask }
            var place: UInt32 { UInt32(truncatingIfNeeded: self.raw) }
        }

        /// The news that a loop has not heard yet: each socket once, however often it called.
        private final class Inbox: Sendable {
            private struct State {
                var tokens: Set<Token> = []
                var isHopScheduled = false
            }

            private let state = NIOLockedValueBox(State())
            private let loop: EngineLoop

            init(_ loop: EngineLoop) { self.loop = loop }

            func add(_ tokens: [Token]) {
                let mustHop = self.state.withLockedValue { state in
                    state.tokens.formUnion(tokens)
                    defer { state.isHopScheduled = true }
                    return !state.isHopScheduled
                }
                guard mustHop else { return }
                self.loop.eventLoop.execute {
                    let tokens = self.state.withLockedValue { state in
                        state.isHopScheduled = false
                        defer { state.tokens.removeAll(keepingCapacity: state.tokens.count <= Self.keptTokensMax) }
                        return state.tokens
                    }
                    self.loop.ready(tokens)
                }
            }

            /// Tokens for which room is kept between turns: 8 bytes each, half of the set's places free.
            private static let keptTokensMax = 1024
        }

        /// What the thread works with; it outlives the watcher until it has heard of its end.
        private struct Watch: Sendable {
            let epoll: CInt
            let ending: CInt
            let inboxes: [Inbox]

            /// Runs until `ending` can be read; then closes both descriptors.
            func run() {
                var events = [epoll_event](repeating: epoll_event(), count: Self.eventsMax)
                var news = [[Token]](repeating: [], count: self.inboxes.count)
                while true {
                    let count = epoll_wait(self.epoll, &events, CInt(Self.eventsMax), -1)
                    if count < 0, errno != EINTR { break }
                    var isEnding = false
                    for event in events.prefix(Int(max(0, count))) {
                        if event.data.u64 == Self.endingMark { isEnding = true; continue }
                        let token = Token(raw: event.data.u64)
                        news[token.loop].append(token)
                    }
                    if isEnding { break }
                    for index in news.indices where !news[index].isEmpty {
                        self.inboxes[index].add(news[index])
                        news[index].removeAll(keepingCapacity: true)
                    }
                }
                close(self.epoll)
                close(self.ending)
            }

            /// Asked for at a time: 12 bytes each.
            private static let eventsMax = 256
            static let endingMark = UInt64.max
        }

        private let epoll: CInt
        private let ending: CInt

        /// Starts the thread; `nil` when the system has no descriptor or thread to spare.
        init?(_ loops: [EngineLoop]) {
            let (epoll, ending) = (epoll_create1(CInt(EPOLL_CLOEXEC)), eventfd(0, CInt(EFD_CLOEXEC)))
            (self.epoll, self.ending) = (epoll, ending)
            let watch = Watch(epoll: epoll, ending: ending, inboxes: loops.map(Inbox.init))
            var event = epoll_event(
                events: EPOLLIN.rawValue, data: epoll_data_t(u64: Watch.endingMark))
            guard epoll >= 0, ending >= 0, epoll_ctl(epoll, EPOLL_CTL_ADD, ending, &event) == 0,
                Self.startThread({ watch.run() })
            else {
                if epoll >= 0 { close(epoll) }
                if ending >= 0 { close(ending) }
                return nil
            }
        }

        deinit {
            var one: UInt64 = 1
            write(self.ending, &one, 8)
        }

        /// From now on the loop hears of the socket, the first time at once. Closing the descriptor ends it.
        func add(_ descriptor: CInt, _ token: Token) -> Bool {
            var event = epoll_event(
                events: EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue,
                data: epoll_data_t(u64: token.raw))
            return epoll_ctl(self.epoll, EPOLL_CTL_ADD, descriptor, &event) == 0
        }

        private final class Body {
            let run: @Sendable () -> Void
            init(_ run: @escaping @Sendable () -> Void) { self.run = run }
        }

        private static func startThread(_ run: @escaping @Sendable () -> Void) -> Bool {
            var attributes = pthread_attr_t()
            pthread_attr_init(&attributes)
            defer { pthread_attr_destroy(&attributes) }
            pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
            pthread_attr_setstacksize(&attributes, self.stackBytes)
            let body = Unmanaged.passRetained(Body(run))
            var thread = pthread_t()
            let failure = pthread_create(
                &thread, &attributes,
                { argument in
                    // Signals are the main thread's business.
                    var all = sigset_t()
                    sigfillset(&all)
                    pthread_sigmask(SIG_BLOCK, &all, nil)
                    if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
                    return nil
                }, body.toOpaque())
            if failure != 0 { body.release() }
            return failure == 0
        }

        private static let stackBytes = 256 * 1024
    }
#endif
