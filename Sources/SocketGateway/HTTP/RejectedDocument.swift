package import TelemetryCore

/// The answer of `GET /api/rejected`: what was refused, so that the person who set up a sensor sees why.
package enum RejectedDocument {
    /// `{"counts":{reason:n,…},"rejected":[{"time","source","reason","remedy","excerpt","machine"},…]}`,
    /// newest last.
    package static func json(of log: RejectionLog) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(text: #"{"counts":{"#)
        let counts = log.counts().sorted { $0.key.rawValue < $1.key.rawValue }
        for (index, (reason, count)) in counts.enumerated() {
            bytes.append(text: #"\#(index > 0 ? "," : "")"\#(reason.rawValue)":\#(count)"#)
        }
        bytes.append(text: #"},"rejected":["#)
        for (index, rejection) in log.recent().enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            Self.write(rejection, into: &bytes)
        }
        bytes.append(text: "]}")
        return bytes
    }

    /// One of them; `machine` is there when it is known, `count` when it stands for more than one.
    package static func write(_ rejection: Rejection, omitted: Int = 0, into bytes: inout [UInt8]) {
        bytes.append(text: #"{"time":"\#(rejection.time.iso8601)","source":"#)
        JSONText.write(rejection.source, into: &bytes)
        bytes.append(text: #","reason":"\#(rejection.reason.rawValue)","remedy":"#)
        JSONText.write(rejection.remedy, into: &bytes)
        bytes.append(text: #","excerpt":"#)
        JSONText.write(String(decoding: rejection.excerpt, as: UTF8.self), into: &bytes)
        if let machine = rejection.machine { bytes.append(text: #","machine":"\#(machine.name)""#) }
        if rejection.count > 1 { bytes.append(text: #","count":\#(rejection.count)"#) }
        if omitted > 0 { bytes.append(text: #","omitted":\#(omitted)"#) }
        bytes.append(UInt8(ascii: "}"))
    }
}
