import Foundation

/// How long the fuzz tests run, and with which inputs. A failing round is repeated with its seed: `FUZZ_SEED=7
/// FUZZ_ROUNDS=1`.
enum FuzzPlan {
    /// Inputs of one seed.
    static let inputsPerSeed = 2_000

    /// Ten fixed seeds, 20,000 inputs, as `make test` runs them; with `FUZZ_ROUNDS` so many from `FUZZ_SEED` (1) on, as
    /// `make fuzz` does: 500 of them are a million inputs. The seed is the argument of each test case, so a failure
    /// names it.
    static let seeds: [UInt64] = {
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["FUZZ_ROUNDS"].flatMap(UInt64.init) ?? 10
        let first = environment["FUZZ_SEED"].flatMap(UInt64.init) ?? 1
        return (0..<max(1, rounds)).map { first &+ $0 }
    }()
}
