import Testing

@testable import telemetryd

@Suite struct BrokerProgramTests {
    @Test func withoutMosquittoItSaysHowToInstallIt() {
        #expect {
            _ = try BrokerProgram(searchPath: "/no/such/folder:relative", folders: [])
        } throws: { error in
            let line = "\(error)"
            return line.contains("--broker") && line.contains("apt-get install mosquitto") && !line.contains("\n")
        }
    }
}
