import ArgumentParser
import Testing

@testable import telemetryd

/// The table is the one place where options are declared: everything else follows it.
@Suite struct OptionTableTests {
    @Test func namesAndKeysAreUnique() {
        let options = OptionTable.all
        #expect(Set(options.map(\.name)).count == options.count)
        #expect(Set(options.compactMap(\.fileKey)).count == options.compactMap(\.fileKey).count)
        #expect(Set(options.flatMap(\.variables)).count == options.flatMap(\.variables).count)
    }

    /// Parsing is what takes its time here: everything at once.
    @Test func flagsAreParsedAndFound() throws {
        let none = try RawOptions.parse([])
        let typed = try RawOptions.parse(OptionTable.all.flatMap { $0.kind == .flag ? [$0.flag] : [$0.flag, "x=1"] })
        let second = try RawOptions.parse(
            OptionTable.all.flatMap { option -> [String] in
                switch option.kind {
                case .list, .map: ["\(option.flag)=x=1", option.flag, "y=2"]
                case .valueOrAlone: [option.flag]
                case .flag: ["--no-\(option.name)"]
                case .value, .words: []
                }
            })
        for option in OptionTable.all {
            #expect(option.typed(none).isEmpty)
            #expect(option.typed(typed) == [option.kind == .flag ? "true" : "x=1"])
            switch option.kind {
            case .list, .map: #expect(option.typed(second) == ["x=1", "y=2"])
            case .valueOrAlone(let alone): #expect(option.typed(second) == [alone])
            case .flag: #expect(option.typed(second) == ["false"])
            case .value, .words: #expect(option.typed(second).isEmpty)
            }
        }
    }

    /// Each option's help, as declared, is in `telemetryd run --help`: none was forgotten in ``RawOptions``, and none
    /// is there that is not in the table.
    @Test func helpSaysWhatTheTableSays() {
        let help = RawOptions.helpMessage(columns: 10_000)
        for option in OptionTable.all {
            #expect(help.contains("\(option.flag) ") || help.contains("\(option.flag)/--no-"), "\(option.name)")
            #expect(help.contains(option.helpWithDefault), "\(option.name)")
        }
        let flags = help.matches(of: #/\n  (--[a-z-]+)/#).map { String($0.1) }
        #expect(Set(flags) == Set(OptionTable.all.map(\.flag)))
    }

    @Test func environmentAndFileAreFound() throws {
        let none = try RawOptions.parse([])
        let typed = try RawOptions.parse(OptionTable.all.flatMap { $0.kind == .flag ? [] : [$0.flag, "typed"] })
        for option in OptionTable.all {
            let name = option.name
            let file = ConfigurationFile(path: "f", text: option.fileKey.map { "\($0): fromfile" } ?? "")
            #expect(file.problems.isEmpty)
            let fromFile = SettingReader(options: none, environment: [:], file: file).settings(name).map(\.value)
            #expect(fromFile == (option.fileKey == nil ? [] : ["fromfile"]))
            for variable in option.variables {
                let environment = [variable: "fromenv"]
                let reader = SettingReader(options: none, environment: environment, file: file)
                #expect(reader.settings(name) == [.init(place: variable, value: "fromenv")])
                if option.kind == .flag { continue }
                let withFlag = SettingReader(options: typed, environment: environment, file: file)
                #expect(withFlag.settings(name) == [.init(place: option.flag, value: "typed")])
            }
        }
    }

    @Test func namesOfVariables() {
        #expect(OptionTable.option(named: "mqtt-topic")?.variables == ["TELEMETRYD_MQTT_TOPIC"])
        #expect(OptionTable.option(named: "port")?.variables == ["TELEMETRYD_PORT", "PORT"])
    }
}
