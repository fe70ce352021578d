package import ArgumentParser

/// Simulator and recordings, as typed.
package struct RawSourceOptions: ParsableArguments, Sendable {
    @Option(help: .option("simulate")) package var simulate: String?
    @Option(help: .option("simulate-interval")) package var simulateInterval: String?
    @Option(help: .option("simulate-seed")) package var simulateSeed: String?
    @Option(name: .customLong("simulate-fault"), help: .option("simulate-fault"))
    package var simulateFaults: [String] = []
    @Option(name: .customLong("replay"), help: .option("replay")) package var replays: [String] = []
    @Option(help: .option("replay-map")) package var replayMap: [String] = []

    package init() {}
}
