import Logging
import TelemetryCore
import Testing

@testable import telemetryd

@Suite struct LogLineTests {
    private func line(_ format: LogFormat, _ message: String, _ metadata: Logger.Metadata) -> String {
        LogLine.make(
            format: format,
            time: Timestamp(milliseconds: 0),
            label: "mqtt",
            level: .warning,
            message: message,
            metadata: metadata
        )
    }

    @Test func text() {
        #expect(
            self.line(.text, "broker away", ["b": "two words", "a": "1"])
                == #"1970-01-01T00:00:00.000Z warning mqtt: broker away a=1 b="two words""#
        )
    }

    @Test func json() {
        #expect(
            self.line(.json, "broker \"away\"", ["a": "1"])
                == #"{"time":"1970-01-01T00:00:00.000Z","level":"warning","logger":"mqtt","#
                + #""message":"broker \"away\"","a":"1"}"#
        )
    }

    @Test(arguments: LogFormat.allCases)
    func oneEventIsOneLine(format: LogFormat) {
        #expect(!self.line(format, "a\nb", ["k": "c\nd\u{1b}[2J"]).contains { $0.isNewline || $0 == "\u{1b}" })
    }
}
