import HTTPTypes
package import Hummingbird
import NIOCore
import Synchronization
package import TelemetryCore

/// `POST …/readings`: body in, answer out, after the commit. Any thread.
///
/// A request whose client goes away is finished all the same: the commit cannot be called back, and its answer waits
/// for the client under its idempotency key.
package final class ReadingIntake: Sendable {
    /// Commits, and returns after the commit.
    package typealias Submit =
        @Sendable ([Reading]) async throws(ReadingWriter.SubmitError) -> ReadingWriter.Receipt

    private let handler: IngestHandler
    private let submit: Submit
    private let rejections: RejectionLog
    private let clock: WallClock
    private let bodies: BodyBudget
    private let window: Mutex<IdempotencyWindow>
    private let counted = Mutex(IntakeCounters())

    /// - Parameter submit: the writer, or what takes its place in a test.
    package init(
        handler: IngestHandler,
        submit: @escaping Submit,
        rejections: RejectionLog,
        clock: WallClock,
        bodies: BodyBudget = BodyBudget(),
        window: IdempotencyWindow = IdempotencyWindow()
    ) {
        self.handler = handler
        self.submit = submit
        self.rejections = rejections
        self.clock = clock
        self.bodies = bodies
        self.window = Mutex(window)
    }

    /// For this store.
    package convenience init(handler: IngestHandler, store: TelemetryStore, clock: WallClock) {
        let writer = store.writer
        self.init(
            handler: handler,
            submit: { readings async throws(ReadingWriter.SubmitError) in try await writer.submit(readings) },
            rejections: store.rejections,
            clock: clock
        )
    }

    /// Since the start of the process.
    package var counters: IntakeCounters { self.counted.withLock { $0 } }
    /// Whether readings that name their machine themselves are understood.
    package var readsMachineNames: Bool { self.handler.readsMachineNames }

    /// The answer to a request for this machine; nil: the readings name theirs.
    package func take(_ request: Request, for machine: MachineID?) async throws -> Response {
        let type = try IngestMediaType(request.headers)
        let precision = try TimePrecision(parameters: request.uri.decodedQuery())
        let key = try Self.key(request.headers, scope: machine?.name ?? "")
        let body = try await self.body(of: request)
        defer { self.bodies.giveBack(body.count) }
        self.counted.withLock { counted in
            counted.requests += 1
            counted.bytes += body.count
        }
        let received = IngestHandler.Body(
            bytes: body[...],
            type: type.seen(in: body),
            machine: machine,
            received: self.clock.now(),
            precision: precision
        )
        guard let key else { return Self.response(await self.store(received)) }
        let fingerprint = Self.fingerprint(received)
        switch self.window.withLock({ $0.begin(key, fingerprint: fingerprint, now: .now()) }) {
        case .proceed:
            let answer = await self.store(received)
            let kept = answer.retryAfterSeconds == nil ? answer : nil
            self.window.withLock { $0.finish(key, kept, now: .now()) }
            return Self.response(answer)
        case .replay(let answer):
            self.counted.withLock { $0.replays += 1 }
            return Self.response(answer, isReplay: true)
        case .inFlight:
            throw Problem(.conflict, "A request with this Idempotency-Key is still at work; ask again in a moment.")
        case .otherBody:
            throw Problem(.unprocessableContent, "This Idempotency-Key was used for another body; take a new one.")
        case .full:
            return Self.response(.unavailable("Too many keyed requests are at work; try again in a moment."))
        }
    }

    /// Decodes, commits, and makes the answer.
    func store(_ body: IngestHandler.Body) async -> IntakeAnswer {
        let decoded = self.handler.decode(body)
        let refused = decoded.refusals.filter { !$0.reason.isHint }
        guard !decoded.readings.isEmpty else {
            self.record(decoded.refusals, of: body)
            return .unusable(refused.map(Self.rejected))
        }
        let receipt: ReadingWriter.Receipt
        do {
            receipt = try await self.submit(decoded.readings)
        } catch {
            self.counted.withLock { $0.turnedAway += 1 }
            return self.answer(to: error)
        }
        let isPlaced = decoded.indices.count == decoded.readings.count
        let places = isPlaced ? decoded.indices : Self.places(decoded.readings.count, without: refused)
        let unstored = receipt.refused.map { refusal in
            IngestHandler.Decoded.Refusal(
                index: places[refusal.index],
                reason: refusal.reason,
                remedy: refusal.remedy,
                machine: decoded.readings[refusal.index].machine
            )
        }
        // Not earlier: the machine may have come into being just now, and what will be sent again is not refused.
        self.record(decoded.refusals + unstored, of: body)
        let rejected = (refused + unstored).sorted { $0.index < $1.index }.map(Self.rejected)
        let stored = receipt.stored.count { $0 != nil }
        self.counted.withLock { $0.committedReadings += stored }
        guard unstored.count < decoded.readings.count else { return .unusable(rejected) }
        return .accepted(stored, duplicates: receipt.duplicates, rejected: rejected)
    }

    /// The whole body, its bytes taken from the budget.
    private func body(of request: Request) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await chunk in request.body {
                guard bytes.count + chunk.readableBytes <= Limits.requestBodyBytesMax else {
                    throw Problem(.contentTooLarge, "The request body is above \(Limits.requestBodyBytesMax) bytes.")
                }
                guard self.bodies.take(chunk.readableBytes) else {
                    self.counted.withLock { $0.turnedAway += 1 }
                    throw Problem(
                        .serviceUnavailable,
                        "Too many requests at once; try again in a moment.",
                        retryAfterSeconds: Limits.retryAfterSeconds
                    )
                }
                bytes.append(contentsOf: chunk.readableBytesView)
            }
        } catch {
            self.bodies.giveBack(bytes.count)
            throw error
        }
        return bytes
    }

    /// What is told of in one line.
    private struct Kind: Hashable {
        let reason: RejectionReason
        let machine: MachineID?
    }

    /// One line for people for each reason and machine, with how many elements it stands for.
    private func record(_ refusals: [IngestHandler.Decoded.Refusal], of body: IngestHandler.Body) {
        guard !refusals.isEmpty else { return }
        var kinds: [Kind: (first: IngestHandler.Decoded.Refusal, count: Int)] = [:]
        for refusal in refusals {
            let kind = Kind(reason: refusal.reason, machine: refusal.machine ?? body.machine)
            kinds[kind, default: (refusal, 0)].count += refusal.count
        }
        self.counted.withLock { counted in
            for (kind, (_, count)) in kinds where !kind.reason.isHint {
                counted.refused[kind.reason.rawValue, default: 0] += count
            }
        }
        let now = self.clock.now()
        for (kind, (first, count)) in kinds.sorted(by: { $0.value.first.index < $1.value.first.index }) {
            self.rejections.record(
                Rejection(
                    time: now,
                    source: "http",
                    payload: body.bytes,
                    reason: kind.reason,
                    remedy: first.remedy,
                    count: count,
                    machine: kind.machine
                )
            )
        }
    }

    /// The place in the body of each of `count` readings: the indices that no refusal has.
    static func places(_ count: Int, without refusals: [IngestHandler.Decoded.Refusal]) -> [Int] {
        let refused = Set(refusals.map(\.index))
        var places: [Int] = []
        places.reserveCapacity(count)
        var index = 0
        while places.count < count {
            if !refused.contains(index) { places.append(index) }
            index += 1
        }
        return places
    }

    private static func rejected(_ refusal: IngestHandler.Decoded.Refusal) -> IntakeAnswer.Rejected {
        .init(
            index: refusal.index, reason: refusal.reason.rawValue, remedy: refusal.remedy, count: refusal.count)
    }

    private func answer(to error: ReadingWriter.SubmitError) -> IntakeAnswer {
        switch error {
        case .queueFull: .unavailable("More readings come than the disk can take; nothing of this is stored.")
        case .stopped: .unavailable("The gateway is about to end; nothing of this is stored.")
        case .storage(let reason):
            .unavailable("The database cannot be written (\(reason)); nothing of this is stored.")
        }
    }

    /// Nil without the header field. Throws for a key nobody can mean.
    static func key(_ headers: HTTPFields, scope: String) throws(Problem) -> IdempotencyWindow.Key? {
        guard let name = HTTPField.Name("Idempotency-Key"), let text = headers[name] else { return nil }
        let isPrintable = text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        guard isPrintable, (1...Limits.idempotencyKeyBytesMax).contains(text.utf8.count) else {
            throw Problem(
                .badRequest,
                "An Idempotency-Key is 1 to \(Limits.idempotencyKeyBytesMax) visible ASCII characters."
            )
        }
        return .init(scope: scope, text: text)
    }

    /// Same type and bytes give the same number; others, with the process's random seed, another one.
    private static func fingerprint(_ body: IngestHandler.Body) -> Int {
        var hasher = Hasher()
        hasher.combine(body.type)
        hasher.combine(body.precision)
        hasher.combine(body.bytes)
        return hasher.finalize()
    }

    private static func response(_ answer: IntakeAnswer, isReplay: Bool = false) -> Response {
        var headers: HTTPFields = [
            .contentType: answer.contentType,
            .cacheControl: "no-store",
            .contentLength: String(answer.bytes.count),
        ]
        if let seconds = answer.retryAfterSeconds { headers[.retryAfter] = String(seconds) }
        if isReplay, let name = HTTPField.Name("Idempotency-Replayed") { headers[name] = "true" }
        return Response(
            status: answer.status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: answer.bytes)))
    }
}
