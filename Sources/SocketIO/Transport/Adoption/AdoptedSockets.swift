import NIOCore

#if os(Linux)
    /// The adopted sockets of one event loop, by place.
    ///
    /// Confined to its event loop, as ``EngineLoop``, which owns it.
    struct AdoptedSockets {
        private var sockets: ContiguousArray<AdoptedWebSocket?> = []
        /// The how manieth socket a place has: news of one that is gone reach nobody.
        private var generations: ContiguousArray<UInt32> = []
        private var free: ContiguousArray<UInt32> = []
        private let loop: Int

        /// - Parameter loop: its number among the server's.
        init(loop: Int) { self.loop = loop }

        /// The name that the next socket will have.
        mutating func reserve() -> SocketWatcher.Token {
            let place = self.free.popLast() ?? UInt32(self.sockets.count)
            if place == self.sockets.count {
                self.sockets.append(nil)
                self.generations.append(0)
            }
            return SocketWatcher.Token(loop: self.loop, place: place, generation: self.generations[Int(place)])
        }

        mutating func put(_ socket: AdoptedWebSocket, at token: SocketWatcher.Token) {
            self.sockets[Int(token.place)] = socket
        }

        mutating func remove(_ token: SocketWatcher.Token) {
            self.sockets[Int(token.place)] = nil
            self.generations[Int(token.place)] &+= 1
            self.free.append(token.place)
        }

        subscript(token: SocketWatcher.Token) -> AdoptedWebSocket? {
            let place = Int(token.place)
            guard self.sockets.indices.contains(place),
                self.generations[place] & SocketWatcher.Token.generationMask == token.generation
            else { return nil }
            return self.sockets[place]
        }
    }
#endif
