/// The life of one edge node as its host sees it: born or not, which message is next, what waits for an earlier one,
/// and when to ask for a new birth (Sparkplug 3.0.0, sections 5.16, 6.4.17 to 6.4.20). Pure: time is an argument.
///
/// Sequence numbers run from 0 (the birth) to 255 and then from 0 again. What comes too early is held for
/// `reorderTimeout`; then a new birth is asked for. What is held is applied even so, as long as the gap cannot hide a
/// birth, which always is number 0: behind a lost birth an alias may mean another metric, and a value under a wrong
/// name is worse than a gap. What waits is acknowledged meanwhile; as a rule there is nothing to acknowledge, since
/// nodes publish data with QoS 0.
///
/// Input that looks invalid, of three kinds:
/// - *unreachable*: none; every event is legal in every state.
/// - *the peer's fault*: numbers that are missing, passed, or of a node that was not born: refused, and counted.
/// - *silent drop*: the death of an earlier life, which a broker may send late.
struct SparkplugSession {
    /// Why a message is not taken.
    enum Refusal: Hashable, Sendable {
        /// No birth was seen, or it may have been lost.
        case notBorn
        /// No number, or above 255.
        case noSequence
        /// A birth that does not begin at 0.
        case birthNotZero
        /// This number was there already.
        case passed
        /// Something before it was lost, perhaps a birth.
        case behindGap
    }

    enum BirthAction {
        case begin
        case refuse(Refusal, askForBirth: Bool)
    }

    enum DataAction {
        /// In this order.
        case deliver([SparkplugMessage])
        case hold
        case refuse(Refusal, askForBirth: Bool)
    }

    enum DeathAction {
        case end
        case ignore
    }

    enum TimeAction {
        case none
        case deliver([SparkplugMessage], askForBirth: Bool)
        case refuse([SparkplugMessage], askForBirth: Bool)
    }

    private struct Life {
        let birthDeathSequence: UInt64?
        var next: UInt8
        /// By distance from `next`, at least 1.
        var held: [SparkplugMessage] = []
        var deadline: ContinuousClock.Instant?
    }

    private enum State {
        case unborn
        case alive(Life)
        case dead
    }

    private var state = State.unborn
    private var nextAsk: ContinuousClock.Instant?
    private let reorderTimeout: Duration

    /// Nothing is known of the node yet.
    init(reorderTimeout: Duration) {
        self.reorderTimeout = reorderTimeout
    }

    /// When `tick` has something to do.
    var deadline: ContinuousClock.Instant? {
        switch self.state {
        case .alive(let life): life.deadline
        case .unborn, .dead: nil
        }
    }

    /// Bytes that wait, as they came.
    var heldBytes: Int {
        switch self.state {
        case .alive(let life): life.held.reduce(0) { $0 + $1.byteCount }
        case .unborn, .dead: 0
        }
    }

    /// A birth ends whatever was before: what was held belongs to a life that is over, and its values are told anew.
    mutating func born(_ message: SparkplugMessage, now: ContinuousClock.Instant) -> BirthAction {
        guard let sequence = message.sequence else {
            return .refuse(.noSequence, askForBirth: self.mayAsk(now))
        }
        guard sequence == 0 else { return .refuse(.birthNotZero, askForBirth: self.mayAsk(now)) }
        self.state = .alive(Life(birthDeathSequence: message.birthDeathSequence, next: 1))
        return .begin
    }

    /// Any numbered message but the node's birth.
    /// - Parameter mayHold: there is room for one more that waits; asked only when this one would have to.
    mutating func received(
        _ message: SparkplugMessage, now: ContinuousClock.Instant, mayHold: () -> Bool
    ) -> DataAction {
        guard case .alive(var life) = self.state else {
            return .refuse(.notBorn, askForBirth: self.mayAsk(now))
        }
        guard let sequence = message.sequence else { return .refuse(.noSequence, askForBirth: false) }
        let distance = sequence &- life.next
        if distance == 0 {
            life.next &+= 1
            let delivered = [message] + Self.takeFollowers(&life)
            if life.held.isEmpty { life.deadline = nil }
            self.state = .alive(life)
            return .deliver(delivered)
        }
        guard distance < 128 else { return .refuse(.passed, askForBirth: false) }
        guard life.held.count < Limits.sparkplugHeldMessagesMax, mayHold() else {
            return .refuse(.behindGap, askForBirth: self.mayAsk(now))
        }
        let place = life.held.firstIndex { ($0.sequence ?? 0) &- life.next >= distance } ?? life.held.endIndex
        if place < life.held.endIndex, life.held[place].sequence == sequence {
            return .refuse(.passed, askForBirth: false)
        }
        life.held.insert(message, at: place)
        if life.deadline == nil { life.deadline = now + self.reorderTimeout }
        self.state = .alive(life)
        return .hold
    }

    mutating func died(_ message: SparkplugMessage) -> DeathAction {
        if case .alive(let life) = self.state, let born = life.birthDeathSequence,
            let died = message.birthDeathSequence, born != died
        {
            return .ignore
        }
        self.state = .dead
        return .end
    }

    /// Carries out what is due.
    mutating func tick(now: ContinuousClock.Instant) -> TimeAction {
        guard case .alive(var life) = self.state, let deadline = life.deadline, now >= deadline,
            let first = life.held.first?.sequence
        else { return .none }
        let ask = self.mayAsk(now)
        // The gap is `next` up to `first`, without it.
        let hidesBirth = life.next == 0 || first < life.next
        if hidesBirth {
            self.state = .unborn
            return .refuse(life.held, askForBirth: ask)
        }
        life.next = first
        let delivered = Self.takeFollowers(&life)
        life.deadline = life.held.isEmpty ? nil : now + self.reorderTimeout
        self.state = .alive(life)
        return .deliver(delivered, askForBirth: ask)
    }

    /// The birth was not usable, or data spoke of a metric that no birth named: ask for another, but not too often.
    mutating func mayAsk(_ now: ContinuousClock.Instant) -> Bool {
        if let nextAsk = self.nextAsk, now < nextAsk { return false }
        self.nextAsk = now + Limits.sparkplugRebirthInterval
        return true
    }

    private static func takeFollowers(_ life: inout Life) -> [SparkplugMessage] {
        var count = 0
        while count < life.held.count, life.held[count].sequence == life.next {
            life.next &+= 1
            count += 1
        }
        let followers = Array(life.held.prefix(count))
        life.held.removeFirst(count)
        return followers
    }
}
