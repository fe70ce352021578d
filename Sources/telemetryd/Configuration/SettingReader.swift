/// Finds the value of one setting: the flag, else the first environment variable that is set and not empty.
struct SettingReader {
    let environment: [String: String]

    /// A value and where it came from, as the user knows it.
    struct Setting: Equatable {
        let origin: String
        let value: String
    }

    /// - Parameters:
    ///   - flag: the option's name, with its dashes.
    ///   - typed: what was typed for it, if anything.
    ///   - variables: environment variables, the strongest first.
    func setting(_ flag: String, _ typed: String?, _ variables: String...) -> Setting? {
        if let typed { return Setting(origin: flag, value: typed) }
        for variable in variables {
            if let value = self.environment[variable], !value.isEmpty {
                return Setting(origin: variable, value: value)
            }
        }
        return nil
    }
}

extension SettingReader.Setting {
    /// The value as a whole number in this range.
    func integer(in range: ClosedRange<Int>, _ what: String) throws(ConfigurationError) -> Int {
        guard let number = Int(self.value), range.contains(number) else {
            throw self.refused("it must be \(what), a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The value as one of these words.
    func word<Word: RawRepresentable & CaseIterable>(_ type: Word.Type) throws(ConfigurationError) -> Word
    where Word.RawValue == String {
        guard let word = Word(rawValue: self.value) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw self.refused("it must be one of \(words)")
        }
        return word
    }

    /// The error for this value.
    func refused(_ allowed: String) -> ConfigurationError {
        ConfigurationError(origin: self.origin, value: self.value, allowed: allowed)
    }
}
