import Testing

@testable import SocketGateway

@Suite struct PrometheusTextTests {
    @Test func familiesWithLabelsAndEscapes() {
        var text = PrometheusText()
        text.family("a_total", .counter, "Back\\slash and\nline.") { family in
            family.sample(1, ["x": "q\"b\\l\n"])
            family.sample(2.5, ["x": "ä", "y": ""])
        }
        text.value("b", .gauge, "B.", 3)
        #expect(
            String(decoding: text.bytes, as: UTF8.self) == #"""
                # HELP a_total Back\\slash and\nline.
                # TYPE a_total counter
                a_total{x="q\"b\\l\n"} 1
                a_total{x="ä",y=""} 2.5
                # HELP b B.
                # TYPE b gauge
                b 3

                """#
        )
    }

    @Test func histogramIsCumulative() {
        let histogram = BatchHistogram()
        for readings in [1, 1, 8, 9, 5_000] { histogram.record(readings) }
        var text = PrometheusText()
        histogram.write(into: &text)
        let lines = String(decoding: text.bytes, as: UTF8.self).split(separator: "\n").dropFirst(2)
        let values = lines.map { $0.split(separator: " ")[1] }
        #expect(values == ["2", "3", "4", "4", "4", "5", "5019", "5"])
        #expect(lines.contains(#"telemetryd_store_batch_readings_bucket{le="+Inf"} 5"#))
    }

    @Test func processStatusWithAnEvilName() {
        var figures = ProcessFigures()
        let rest = "S 1 1 1 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 7 0 1000 4096000 25 18446744073709551615"
        figures.read(status: "42 (a b) c) \(rest)", boot: 1_000)
        #expect(figures.cpuSeconds == 2 && figures.threads == 7 && figures.startSeconds == 1_010)
        #expect(figures.virtualBytes == 4_096_000 && (figures.residentBytes ?? 0) > 0)
        figures = ProcessFigures()
        for text in ["", "42", "42 (a)", "42 (a) S"] { figures.read(status: text, boot: nil) }
        #expect(figures.cpuSeconds == nil && figures.startSeconds == nil)
    }

    @Test func processHasFigures() {
        let figures = ProcessFigures.now()
        #expect((figures.residentBytes ?? 0) > 1_000_000 && (figures.openDescriptors ?? 0) > 2)
        #expect((figures.startSeconds ?? 0) > 1_600_000_000)
    }
}
