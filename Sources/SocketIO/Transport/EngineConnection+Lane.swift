import NIOCore

/// The connection's side of its lane (``OutboundLanes``): when broadcasts may go past it.
extension EngineConnection: LaneOwner {
    /// Takes a place in the table of the event loop, where frames may go past the channel at all.
    func enterLane() {
        guard let lanes = self.engineLoop.lanes else { return }
        self.lane = lanes.enter(self)
    }

    /// Opens the lane if nothing is under way that a frame could overtake.
    func openLane() {
        guard self.lane >= 0, !self.isLaneBarred, !self.isDirty, self.pause == nil, self.queue.isEmpty,
            self.session.transport == .websocket, let descriptor = self.webSocket?.laneDescriptor
        else { return }
        self.engineLoop.lanes?.open(self.lane, descriptor)
    }

    /// Closes the lane before anything goes another way; what was held for it goes first.
    func closeLane() {
        guard self.lane >= 0, let lanes = self.engineLoop.lanes, lanes.isOpen(self.lane) else { return }
        if let held = lanes.close(self.lane) { self.webSocket?.write(held) }
    }

    /// Something wants to see each message: the lane stays closed.
    func barLane() {
        self.isLaneBarred = true
        self.closeLane()
        self.markDirty()
    }

    /// The channel has bytes of its own to write.
    func channelBecameBusy() { self.closeLane() }

    /// The WebSocket takes nothing more.
    func dropLane() {
        if self.lane >= 0 { self.engineLoop.lanes?.drop(self.lane) }
    }

    /// The connection is over.
    func leaveLane() {
        guard self.lane >= 0 else { return }
        self.engineLoop.lanes?.leave(self.lane)
        self.lane = -1
    }

    /// The channel gets the rest.
    func fellBehind(_ rest: ByteBuffer) {
        self.webSocket?.writeBehind(rest)
        self.markDirty()
    }
}
