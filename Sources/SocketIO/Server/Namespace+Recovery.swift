import NIOConcurrencyHelpers
import NIOCore

/// Connection state recovery: what passes through the log on its way to the sockets.
extension Namespace {
    /// Gives an event its place in the recovery log and sends it. Under one lock, so that every event loop gets the
    /// events in the order of their offsets; on the caller's own loop at once, together with those from other threads
    /// that have an earlier place, so that what a handler sends keeps its order.
    ///
    /// - Returns: `false` if the namespace keeps no log; then nothing was done.
    func broadcastRecoverably(
        _ event: String, _ arguments: [SocketValue], to target: BroadcastTarget, isCompressed: Bool = true,
        report: SendReport? = nil
    ) -> Bool {
        guard let log = self.recovery else { return false }
        let hasReceivers = self.hasReceivers(target)
        let idle = log.withLockedValue { log -> [any EventLoop] in
            guard hasReceivers || log.hasSessions else {
                report?.nobodyIsThere()
                return []
            }
            let index = log.next
            var prepared = PreparedEvent(
                namespace: self.name, event: event, arguments: arguments + [.string(log.offset(index))],
                isCompressed: isCompressed)
            prepared.logIndex = index
            prepared.arguments = arguments
            prepared.report = report
            log.append(prepared.message, target: target, now: .now())
            return self.eventLoops.filter { self.mailboxes[ObjectIdentifier($0)]?.add(prepared, target) == true }
        }
        for eventLoop in self.eventLoops where eventLoop.inEventLoop { self.deliverMail(on: eventLoop) }
        for eventLoop in idle where !eventLoop.inEventLoop { eventLoop.execute { self.deliverMail(on: eventLoop) } }
        return true
    }

    /// Delivers what was put into the mailbox of this event loop until now.
    private func deliverMail(on eventLoop: any EventLoop) {
        guard let shard = self.shard(eventLoop), !shard.isDeliveringMail else { return }
        shard.isDeliveringMail = true
        defer { shard.isDeliveringMail = false }
        while let mail = self.mailboxes[ObjectIdentifier(eventLoop)]?.take() {
            for letter in mail {
                shard.deliver(letter.event, to: letter.target)
                shard.logPosition = (letter.event.logIndex ?? 0) + 1
            }
        }
    }

    /// Remembers a socket that has just left.
    func saveForRecovery(_ session: RecoveryLog.Session, pid: String) {
        self.recovery?.withLockedValue { $0.save(session, pid: pid) }
    }

    /// The session that a CONNECT payload asks for. Both values must be strings; a client that never got an event has
    /// no offset.
    func claimSession(_ auth: SocketObject) -> RecoveryLog.Claim? {
        guard let log = self.recovery, let pid = auth["pid"]?.stringValue else { return nil }
        let offset = auth["offset"]
        if let offset, offset.stringValue == nil { return nil }
        return log.withLockedValue { $0.claim(pid: pid, offset: offset?.stringValue, now: .now()) }
    }

    func missed(_ claim: RecoveryLog.Claim) -> RecoveryLog.Missed? {
        self.recovery?.withLockedValue { $0.missed(claim) }
    }
}
