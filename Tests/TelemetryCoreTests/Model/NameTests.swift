import TelemetryCore
import Testing

@Suite struct NameTests {
    @Test(arguments: ["a", "A-1", "press.1", "_x", "0", "a..b", String(repeating: "m", count: 64)])
    func goodMachineNames(name: String) {
        #expect(MachineID(name)?.name == name)
    }

    @Test(
        arguments: [
            "", ".a", "-a", "a b", "a/b", "a\"b", "ä", "a\n", "a+", "#", String(repeating: "m", count: 65),
        ])
    func badMachineNames(name: String) {
        #expect(MachineID(name) == nil)
    }

    @Test(arguments: ["a", "Z", "temp_1", "a" + String(repeating: "_", count: 31)])
    func goodMetricNames(name: String) {
        #expect(MetricName(name)?.text == name)
    }

    @Test(arguments: ["", "1a", "_a", "a-b", "a.b", "ä", "a\"", "a" + String(repeating: "b", count: 32)])
    func badMetricNames(name: String) {
        #expect(MetricName(name) == nil)
    }
}
