import TelemetryCore

/// Where a table's lines name their machine: a column, or a template around columns (`unit{unit}`). Remembers the last
/// name, since lines of one machine mostly follow each other.
struct MachineColumn {
    private enum Part {
        case text(String)
        case column(Int)
    }

    private let parts: [Part]
    private var lastName = ""
    private var lastMachine: MachineID?

    init(column: Int) {
        self.parts = [.column(column)]
    }

    /// `find` gives the index of a column, or throws.
    init(template: String, find: (String) throws(ReplayFailure) -> Int) throws(ReplayFailure) {
        var parts: [Part] = []
        var rest = template[...]
        while let open = rest.firstIndex(of: "{") {
            guard let close = rest[open...].firstIndex(of: "}") else {
                throw ReplayFailure("`\(template)` has a { that is not closed")
            }
            parts.append(.text(String(rest[..<open])))
            parts.append(.column(try find(String(rest[rest.index(after: open)..<close]))))
            rest = rest[rest.index(after: close)...]
        }
        self.parts = parts + [.text(String(rest))]
    }

    /// nil: no name for a machine.
    mutating func machine(_ record: CSVRecord) -> MachineID? {
        var name = ""
        for part in self.parts {
            switch part {
            case .text(let text): name += text
            case .column(let index):
                let field = record[index].trimmingJSONWhitespace()
                // Before a `String` is made of a field of 64 KiB.
                guard field.count <= TelemetryCore.Limits.machineNameBytesMax else { return nil }
                name += String(decoding: field, as: UTF8.self)
            }
        }
        if name != self.lastName || self.lastMachine == nil {
            self.lastName = name
            self.lastMachine = MachineID(name)
        }
        return self.lastMachine
    }
}
