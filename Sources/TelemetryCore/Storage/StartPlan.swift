/// How much of a store is read before it is ready. What follows are the limits, but for tests.
struct StartPlan: Sendable {
    /// Readings in all rings together up to which everything is read and checked at once.
    var readAtOnceMax = Limits.readingsReadAtStartMax
    /// Else so many of the newest of each ring.
    var newest = Limits.newestReadAtStart
}
