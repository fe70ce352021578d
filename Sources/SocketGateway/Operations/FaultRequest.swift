import HTTPTypes
package import NIOCore
import SocketIO

/// The body of `POST /api/simulator/{machine}/fault`, checked.
package struct FaultRequest: Equatable, Sendable {
    package let fault: String
    /// Nil: the fault's own time.
    package let duration: Duration?

    /// Reads `{"fault":"leak","duration":"30s"}`; the duration may be left out or be a number of seconds.
    package init(_ body: ByteBuffer) throws(Problem) {
        guard let object = try? JSONReader.value(of: body).objectValue else {
            throw Problem(.badRequest, "The body must be a JSON object like {\"fault\":\"leak\",\"duration\":\"30s\"}.")
        }
        guard let fault = object["fault"]?.stringValue else {
            throw Problem(.badRequest, "\"fault\" must be the name of a fault.")
        }
        self.fault = fault
        guard let value = object["duration"], !value.isNull else {
            self.duration = nil
            return
        }
        let duration = value.stringValue.flatMap(Self.duration) ?? value.doubleValue.flatMap(Self.seconds)
        guard let duration else {
            throw Problem(
                .badRequest,
                "\"duration\" must be a time such as \"500ms\", \"30s\", \"5m\", or seconds, and at most a day."
            )
        }
        self.duration = duration
    }

    private static let units: [(suffix: String, milliseconds: Double)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000),
    ]

    private static func duration(_ text: String) -> Duration? {
        for unit in Self.units where text.hasSuffix(unit.suffix) {
            guard let number = Double(text.dropLast(unit.suffix.count)) else { continue }
            return Self.seconds(number * unit.milliseconds / 1_000)
        }
        return nil
    }

    private static func seconds(_ number: Double) -> Duration? {
        guard number > 0, number <= Limits.faultSecondsMax else { return nil }
        return .milliseconds(Int64((number * 1_000).rounded()))
    }
}
