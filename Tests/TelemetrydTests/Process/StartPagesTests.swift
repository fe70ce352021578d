import Testing

@testable import telemetryd

@Suite struct StartPagesTests {
    private func mapping(_ header: String, resident: Int = 64, anonymous: Int? = 0) -> String {
        var lines = [header, "Size:                256 kB", "Rss:                 \(resident) kB"]
        if let anonymous { lines.append("Anonymous:             \(anonymous) kB") }
        return (lines + ["VmFlags: rd ex mr mw me", ""]).joined(separator: "\n")
    }

    private let code = "1000-5000 r-xp 00001000 fe:00 77                     /usr/bin/telemetryd"

    @Test func codeAndConstantsOfAProgram() {
        let smaps =
            self.mapping("0-1000 r--p 00000000 fe:00 77                          /usr/bin/telemetryd")
            + self.mapping(self.code)
        #expect(StartPages.unchangedPages(smaps: smaps) == [0..<0x1000, 0x1000..<0x5000])
    }

    /// They differ from the file: relocations, or a breakpoint. Thrown away, they would not come back.
    @Test func aMappingWithPagesOfItsOwnIsLeftAlone() {
        let relocated = "5000-6000 r--p 00005000 fe:00 77                       /usr/bin/telemetryd"
        let smaps = self.mapping(self.code, anonymous: 4) + self.mapping(relocated, anonymous: 4)
        #expect(StartPages.unchangedPages(smaps: smaps).isEmpty)
    }

    @Test func aKernelThatDoesNotCountThemIsNotTrusted() {
        #expect(StartPages.unchangedPages(smaps: self.mapping(self.code, anonymous: nil)).isEmpty)
        let mixed = self.mapping(self.code, anonymous: nil) + self.mapping("9000-a000 rw-p 00000000 00:00 0")
        #expect(StartPages.unchangedPages(smaps: mixed).isEmpty)
    }

    @Test(arguments: [
        "6000-7000 rw-p 00005000 fe:00 77                       /usr/bin/telemetryd",
        "6000-7000 r-xs 00005000 fe:00 77                       /usr/bin/telemetryd",
        "6000-7000 ---p 00005000 fe:00 77                       /usr/bin/telemetryd",
        "6000-7000 r--p 00000000 00:00 0",
        "6000-7000 r-xp 00000000 00:00 0                        [vdso]",
        "6000-7000 r--p 00000000 fe:00 78                       /srv/telemetry.sqlite",
        "7000-6000 r--p 00000000 fe:00 77                       /usr/bin/telemetryd",
        "nonsense r--p 00000000 fe:00 77                        /usr/bin/telemetryd",
    ])
    func whatElseIsMappedIsLeftAlone(header: String) {
        let smaps = self.mapping(self.code) + self.mapping(header)
        #expect(StartPages.unchangedPages(smaps: smaps) == [0x1000..<0x5000])
    }

    /// Of this very process: what its kernel says is understood, and its code comes back.
    @Test func theProgramGoesOnAsBefore() {
        #expect(StartPages.giveBack() > 0)
        #expect(StartPages.giveBack() > 0)
    }
}
