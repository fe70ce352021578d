import Synchronization

/// Things that happened, in order; tests await the one they need instead of sleeping.
final class Recorder<Element: Sendable>: Sendable {
    private struct Waiter {
        let start: Int
        let matches: @Sendable (Element) -> Bool
        let found: CheckedContinuation<Int?, Never>
    }

    private struct State {
        var elements: [Element] = []
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    var all: [Element] { self.state.withLock { $0.elements } }

    var count: Int { self.state.withLock { $0.elements.count } }

    func append(_ element: Element) {
        let found = self.state.withLock { state in
            state.elements.append(element)
            let index = state.elements.count - 1
            let keys = state.waiters.filter { $0.value.start <= index && $0.value.matches(element) }.map(\.key)
            return keys.compactMap { state.waiters.removeValue(forKey: $0)?.found }.map { ($0, index) }
        }
        for (continuation, index) in found { continuation.resume(returning: index) }
    }

    /// The place of the first matching element at or after `start`, now or later. Throws when the test's time is up.
    @discardableResult
    func first(from start: Int = 0, where matches: @escaping @Sendable (Element) -> Bool) async throws -> Int {
        let key = self.state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let index = await withTaskCancellationHandler {
            await withCheckedContinuation { (found: CheckedContinuation<Int?, Never>) in
                let immediate: Int?? = self.state.withLock { state in
                    if let index = state.elements.indices.dropFirst(start).first(where: { matches(state.elements[$0]) })
                    {
                        return .some(index)
                    }
                    if state.isClosed || Task.isCancelled { return .some(nil) }
                    state.waiters[key] = Waiter(start: start, matches: matches, found: found)
                    return nil
                }
                if let immediate { found.resume(returning: immediate) }
            }
        } onCancel: {
            self.state.withLock { $0.waiters.removeValue(forKey: key)?.found }?.resume(returning: nil)
        }
        guard let index else { throw CancellationError() }
        return index
    }
}
