/// What happened, in the order in which it was told; a test awaits it instead of sleeping.
struct EventLog: Sendable {
    private let stream: AsyncStream<String>
    private let continuation: AsyncStream<String>.Continuation

    init() { (self.stream, self.continuation) = AsyncStream.makeStream() }

    func record(_ event: String) { self.continuation.yield(event) }

    /// The next events; fewer if the test runs into its time limit.
    func take(_ count: Int) async -> [String] {
        var events: [String] = []
        for await event in self.stream {
            events.append(event)
            if events.count == count { break }
        }
        return events
    }
}
