/// Bounds of the command line, with their reasons.
enum Limits {
    /// Machines the simulator runs for; each costs a timer and a model.
    static let simulatedMachinesMax = 1_000
    /// Time between two readings of a simulated machine. 1 ms for each of 1,000 machines would be a million a second;
    /// the lower bound is for load tests with few machines.
    static let simulateIntervalMin = Duration.milliseconds(1)
    static let simulateIntervalMax = Duration.seconds(3_600)
    /// How long a fault lasts that came over HTTP without saying it.
    static let simulatorFaultDefault = Duration.seconds(30)
    /// Readings kept for each machine: 10 million of about 100 bytes are 1 GB in memory.
    static let historyMax = 10_000_000
    /// Longest interval that readings can be expected in.
    static let expectedIntervalMax = Duration.seconds(30 * 86_400)
    /// Longest time that readings can be asked to be kept.
    static let keepMax = Duration.seconds(3_650 * 86_400)
    /// What `telemetryd plan` computes for; beyond it the figures mean nothing.
    static let plannedMachinesMax = 1_000_000
    static let plannedHertzMin = 0.000_1
    static let plannedHertzMax = 10_000.0
    /// The password file of the embedded broker.
    static let passwordFileBytesMax = 1_048_576
    /// A line of the embedded broker's log; the rest of it is left out.
    static let brokerLogLineBytesMax = 4_096
    /// Time for the embedded broker to write down what it has; then it is killed. With the farewell below 9.5 s.
    static let brokerEndMax = Duration.seconds(3)
    /// An embedded broker that ran this long is started again without delay.
    static let brokerSteadyTime = Duration.seconds(60)
    /// Time for clients and open requests once the server is to end; with the store's part it stays below 10 s.
    static let farewellMax = Duration.seconds(5)
    /// A configuration file; the sample with every option is a hundredth of it.
    static let configurationFileBytesMax = 1_048_576
    /// From the ready line until the start's pages are given back: by then sources are connected, and a page that was
    /// waiting for the port has loaded.
    static let startSettleTime = Duration.seconds(2)
    /// What the kernel says of our mappings: 700 bytes for each, of which there are some 150.
    static let mappingsBytesMax = 4_194_304
}
