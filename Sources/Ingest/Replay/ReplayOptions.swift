package import TelemetryCore

/// What to play and how: `FILE[,speed=10|max][,machine=NAME][,loop][,interval=1s][,time=now|original][,KEY=COLUMN…]`.
package struct ReplayOptions: Hashable, Sendable {
    package enum Speed: Hashable, Sendable {
        /// So many seconds of the recording in one second: 1 to 100.
        case times(Double)
        /// As fast as the writer takes it.
        case max
    }

    package enum TimeBase: String, Hashable, Sendable, CaseIterable {
        /// Shifted (and at another speed stretched), so that a reading is stamped with the time at which it is played:
        /// the charts move. Played flat out, the recording ends now.
        case now
        /// As in the recording. Played flat out, this is back-filled history: it does not make a machine live.
        case original
    }

    package let path: String
    package private(set) var speed = Speed.times(1)
    package private(set) var loops = false
    package private(set) var timeBase: TimeBase
    /// For all of it; nil: the recording names its machines, or else the file's name does.
    package private(set) var machine: MachineID?
    /// Time between two readings of a machine, in place of the recording's own.
    package private(set) var interval: Duration?
    package private(set) var mapping: ReplayMapping

    /// `text`: as above. A file's name with a comma in it cannot be given. `mapping`: the pairs of `--replay-map`, for
    /// a table whose own text has none.
    package init(parsing text: String, mapping: [String] = []) throws(ReplayFailure) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard let path = parts.first, !path.isEmpty else { throw ReplayFailure("no file is named") }
        self.path = path
        self.timeBase = .now
        self.mapping = ReplayMapping()
        var pairs: [String] = []
        var timeBase: TimeBase?
        for part in parts.dropFirst() {
            let (key, value) = Self.split(part)
            switch key {
            case "loop" where value == nil: self.loops = true
            case "speed": self.speed = try Self.speed(value)
            case "interval": self.interval = try Self.interval(value)
            case "time":
                timeBase = value.flatMap(TimeBase.init)
                guard timeBase != nil else { throw ReplayFailure("time is \(value ?? ""): it is now or original") }
            case "machine" where value?.contains("{") != true: self.machine = try Self.machine(value)
            default:
                guard value != nil else { throw ReplayFailure("`\(part)` is no option; \(Self.optionList)") }
                pairs.append(part)
            }
        }
        self.mapping = try ReplayMapping(pairs: pairs.isEmpty ? mapping : pairs)
        self.timeBase = timeBase ?? (self.speed == .max && !self.loops ? .original : .now)
        if self.loops, self.timeBase == .original {
            throw ReplayFailure("loop repeats the same times with time=original; use time=now")
        }
    }

    /// The file's name without the path.
    package var fileName: String { String(self.path.split(separator: "/").last ?? "recording") }

    /// These readings are history that is filled in, not a machine at work.
    var isBackfill: Bool { self.speed == .max && self.timeBase == .original }

    private static let optionList =
        "there are speed=1…100 or max, machine=NAME, loop, interval=1s, time=now or original, and KEY=COLUMN"

    private static func split(_ part: String) -> (key: String, value: String?) {
        guard let sign = part.firstIndex(of: "=") else { return (part, nil) }
        return (String(part[..<sign]), String(part[part.index(after: sign)...]))
    }

    private static func speed(_ value: String?) throws(ReplayFailure) -> Speed {
        if value == "max" { return .max }
        let number = (value ?? "").hasSuffix("x") ? String((value ?? "").dropLast()) : value ?? ""
        guard let times = Double(number), times >= 1, times <= Limits.replaySpeedMax else {
            throw ReplayFailure("speed is \(value ?? ""): it is 1 to \(Int(Limits.replaySpeedMax)), or max")
        }
        return .times(times)
    }

    private static func interval(_ value: String?) throws(ReplayFailure) -> Duration {
        guard let interval = SpanText.parse(value ?? "") else {
            throw ReplayFailure("interval is \(value ?? ""): it is a length of time like 100ms, 1s or 2m")
        }
        return interval
    }

    private static func machine(_ value: String?) throws(ReplayFailure) -> MachineID {
        guard let machine = MachineID(value ?? "") else {
            throw ReplayFailure("machine is \(value ?? ""): a name is 1 to 64 of A-Z a-z 0-9 . _ -, not . or - first")
        }
        return machine
    }
}
