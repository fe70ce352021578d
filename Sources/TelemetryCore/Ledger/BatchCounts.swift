/// What one batch adds to a machine's ledger. Refusals are not in it: the source records those (`RejectionLog`).
struct BatchCounts: Equatable, Sendable {
    var stored = 0
    var duplicates = 0
    var skipped = 0
    var late = 0
}
