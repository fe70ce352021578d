/// Name of a machine: 1 to 64 of `A-Za-z0-9._-`, not starting with `.` or `-` (interface section 3).
///
/// The check is made once, here: whoever holds a `MachineID` may put its name into JSON, a topic, a file name
/// or a URL without quoting.
package struct MachineID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let name: String

    /// `nil` when the name breaks the rule above.
    package init?(_ name: String) {
        var name = name
        let isValid = name.withUTF8 { bytes in
            guard let first = bytes.first, bytes.count <= Limits.machineNameBytesMax else { return false }
            guard first != UInt8(ascii: "."), first != UInt8(ascii: "-") else { return false }
            return bytes.allSatisfy(Self.isAllowed)
        }
        guard isValid else { return nil }
        self.name = name
    }

    package var description: String { self.name }

    package static func < (left: MachineID, right: MachineID) -> Bool { left.name < right.name }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            return true
        default:
            return false
        }
    }
}
