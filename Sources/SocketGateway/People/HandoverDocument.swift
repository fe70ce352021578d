package import TelemetryCore

/// The hand-over list on the wire.
package enum HandoverDocument {
    /// `{"items":[…]}`; with `isJoin` the answer to a join: `{"ok":true,"items":[…]}`
    package static func json(of items: [HandoverItem], isJoin: Bool = false) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(text: isJoin ? #"{"ok":true,"items":"# : #"{"items":"#)
        Self.writeList(items, into: &bytes)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// `[{…},…]`, the first that came first.
    package static func writeList(_ items: [HandoverItem], into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        for (index, item) in items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            Self.write(item, into: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// `{"id":…,"machine":…,"text":…,"by":…,"at":…,"done":{"by":…,"at":…}}`: `machine` where it is about one, `done`
    /// once it is.
    package static func write(_ item: HandoverItem, into bytes: inout [UInt8]) {
        bytes.append(text: #"{"id":\#(item.id)"#)
        if let machine = item.machine { bytes.append(text: #","machine":"\#(machine.name)""#) }
        bytes.append(text: #","text":"#)
        JSONText.write(item.text, into: &bytes)
        bytes.append(text: #","by":"#)
        JSONText.write(item.by, into: &bytes)
        bytes.append(text: #","at":"\#(item.at.iso8601)""#)
        if let done = item.done {
            bytes.append(text: #","done":{"by":"#)
            JSONText.write(done.by, into: &bytes)
            bytes.append(text: #","at":"\#(done.at.iso8601)"}"#)
        }
        bytes.append(UInt8(ascii: "}"))
    }
}
