import TelemetryCore

/// What the columns of one table mean, and how its lines become rows: made from the header, then used for every line.
struct ColumnPlan {
    /// A metric, and its unit when the header or the mapping names one.
    private struct Target {
        let name: MetricName
        let unit: MetricUnit?

        init(_ name: MetricName, unit: String?) {
            self.name = name
            self.unit = unit.map { MetricUnit(metric: name, symbol: $0) }
        }
    }

    private let columnCount: Int
    private let hasDecimalComma: Bool
    /// `timestamp` before `ts`: the first that is not empty counts.
    private var timestamps: [Int] = []
    private var machine: MachineColumn?
    private var metrics: [(column: Int, target: Target)] = []
    /// The JSON object of our view `history`.
    private var extra: Int?
    /// Of an event table: the columns of name and value.
    private var event: (item: Int, value: Int)?
    private var items: [ArraySlice<UInt8>: Target] = [:]
    private var itemsLearned = 0

    /// Lines give their time themselves.
    var hasTimestamp: Bool { !self.timestamps.isEmpty }
    /// Lines name their machine themselves.
    var hasMachine: Bool { self.machine != nil }

    /// Throws when a column of the mapping is not there, or no column is a metric. Without a mapping each column has
    /// its own name. Names that are none of ours, and our own `seq`, `epoch` and `received`, are left out.
    init(header: CSVRecord, mapping: ReplayMapping = ReplayMapping(), hasDecimalComma: Bool) throws(ReplayFailure) {
        let names = (0..<header.count).map { ColumnName(header.text($0)) }
        self.columnCount = names.count
        self.hasDecimalComma = hasDecimalComma
        func find(_ column: String) throws(ReplayFailure) -> Int {
            if let index = Self.index(of: column, in: names) { return index }
            throw ReplayFailure("no column `\(column)` in the header; it has \(Self.listed(names))")
        }
        var used: Set<Int> = []
        if !mapping.timestamp.isEmpty {
            guard let index = mapping.timestamp.lazy.compactMap({ Self.index(of: $0, in: names) }).first else {
                throw ReplayFailure("no column `\(mapping.timestamp[0])` in the header; it has \(Self.listed(names))")
            }
            self.timestamps = [index]
            used.insert(index)
        }
        if let machine = mapping.machine {
            if machine.contains("{") {
                self.machine = try MachineColumn(template: machine) { column throws(ReplayFailure) in
                    let index = try find(column)
                    used.insert(index)
                    return index
                }
            } else {
                let index = try find(machine)
                self.machine = MachineColumn(column: index)
                used.insert(index)
            }
        }
        if let item = mapping.item, let value = mapping.value {
            self.event = (try find(item), try find(value))
            for metric in mapping.metrics {
                let target = Target(metric.name, unit: metric.unit)
                for name in metric.columns { self.items[Array(name.utf8)[...]] = target }
            }
        } else {
            try self.map(mapping.metrics, names, &used)
        }
        self.takeOwnNames(names, except: used)
        guard self.event != nil || !self.metrics.isEmpty || self.extra != nil else {
            let need = "the first line must name the columns, at least one of a metric: timestamp,rpm,torque,pressure"
            throw ReplayFailure("\(need); it has \(Self.listed(names))")
        }
    }

    private mutating func map(
        _ metrics: [ReplayMapping.Metric], _ names: [ColumnName], _ used: inout Set<Int>
    ) throws(ReplayFailure) {
        for metric in metrics {
            guard let index = metric.columns.lazy.compactMap({ Self.index(of: $0, in: names) }).first else {
                let wanted = metric.columns.map { "`\($0)`" }.joined(separator: " or ")
                throw ReplayFailure("no column \(wanted) in the header; it has \(Self.listed(names))")
            }
            self.metrics.append((index, Target(metric.name, unit: metric.unit ?? names[index].unit)))
            used.insert(index)
        }
    }

    private mutating func takeOwnNames(_ names: [ColumnName], except used: Set<Int>) {
        var ts: [Int] = []
        let isMapped = self.hasTimestamp
        for (index, name) in names.enumerated() where !used.contains(index) {
            switch MemberKey(Array(name.base.utf8)[...]) {
            case .timestamp: if !isMapped { self.timestamps.append(index) }
            case .ts: if !isMapped { ts.append(index) }
            case .machine: if self.machine == nil { self.machine = MachineColumn(column: index) }
            case .reserved, .unusable: continue
            case .metric, .extra, .values:
                guard self.event == nil, name.base != "received", let metric = MetricName(name.base) else { continue }
                if name.text == "extra" {
                    self.extra = index
                } else {
                    self.metrics.append((index, Target(metric, unit: name.unit)))
                }
            }
        }
        self.timestamps += ts
    }

    /// One line as a row.
    mutating func row(_ record: CSVRecord) -> ReadingRow {
        var row = ReadingRow()
        guard record.count == self.columnCount else {
            row.refuse(.badSchema, "the line has \(record.count) fields, the header \(self.columnCount)")
            return row
        }
        if self.machine != nil {
            row.machine = self.machine?.machine(record)
            if row.machine == nil {
                row.refuse(.badMachineName, "a machine's name is 1 to 64 of A-Z a-z 0-9 . _ -, not . or - first")
            }
        }
        self.takeTimestamp(record, &row)
        if let event = self.event {
            self.takeEvent(record[event.item].trimmingJSONWhitespace(), record[event.value], &row)
        }
        for metric in self.metrics { self.take(record[metric.column], metric.target, &row) }
        if let extra = self.extra { Self.takeExtra(record[extra].trimmingJSONWhitespace(), &row) }
        row.finish()
        return row
    }

    private func takeTimestamp(_ record: CSVRecord, _ row: inout ReadingRow) {
        for index in self.timestamps {
            let field = record[index].trimmingJSONWhitespace()
            if field.isEmpty { continue }
            row.timestamp = Timestamp(iso8601: field) ?? field.decimalNumber.flatMap { Timestamp(unixNumber: $0) }
            if row.timestamp == nil {
                let remedy = "is no time; ISO 8601 with zone, or seconds or milliseconds since 1970"
                row.refuse(.badTimestamp, "\(ReadingMembers.shown(field)) \(remedy)")
            }
            return
        }
    }

    private mutating func takeEvent(_ item: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>, _ row: inout ReadingRow) {
        if let target = self.items[item] { return self.take(value, target, &row) }
        guard MemberKey(item).isMetric, let name = MetricName(String(decoding: item, as: UTF8.self)) else {
            return row.miss(.badMetricName, "\(ReadingMembers.shown(item)) is no name for a metric; map it to one")
        }
        let target = Target(name, unit: nil)
        if self.itemsLearned < Limits.itemsRememberedMax {
            self.itemsLearned += 1
            self.items[Array(item)[...]] = target
        }
        self.take(value, target, &row)
    }

    private func take(_ field: ArraySlice<UInt8>, _ target: Target, _ row: inout ReadingRow) {
        let text = field.trimmingJSONWhitespace()
        if text.isEmpty { return }
        if let number = self.number(text) {
            if let unit = target.unit { row.units.append(unit) }
            return row.set(target.name, number)
        }
        if NotFiniteWord.isAll(text) {
            return row.refuse(
                .notFinite, "`\(target.name)` must be a number; leave the field empty when it is not known")
        }
        row.miss(.noNumber, "`\(target.name)` is not a number but \(ReadingMembers.shown(text))")
    }

    private func number(_ text: ArraySlice<UInt8>) -> Double? {
        if let number = text.decimalNumber { return number }
        guard self.hasDecimalComma, !text.contains(UInt8(ascii: ".")), text.contains(UInt8(ascii: ",")) else {
            return nil
        }
        return text.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }[...].decimalNumber
    }

    private static func takeExtra(_ json: ArraySlice<UInt8>, _ row: inout ReadingRow) {
        if json.isEmpty { return }
        let metrics = json.withUnsafeBufferPointer { bytes -> Metrics? in
            guard var scanner = FlatObjectScanner(bytes), let flat = scanner.object(), scanner.isAtEnd else {
                return nil
            }
            return flat.metrics
        }
        guard let metrics else {
            return row.miss(.badValue, "the column `extra` holds a JSON object of numbers, or nothing")
        }
        for metric in metrics.extra { row.set(metric.name, metric.value) }
    }

    private static func index(of column: String, in names: [ColumnName]) -> Int? {
        let wanted = ColumnName(column).text
        return names.firstIndex { $0.text == wanted } ?? names.firstIndex { $0.base == wanted }
    }

    /// For a message: the first columns, one short line.
    private static func listed(_ names: [ColumnName]) -> String {
        let shown = names.prefix(8).map { ReadingMembers.shown($0.text.utf8) }.joined(separator: ", ")
        return names.count > 8 ? shown + " …" : shown
    }
}
