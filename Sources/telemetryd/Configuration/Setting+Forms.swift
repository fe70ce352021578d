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

    /// The value as on or off.
    func isOn() throws(ConfigurationError) -> Bool {
        switch self.value.lowercased() {
        case "true", "yes", "on", "1": return true
        case "false", "no", "off", "0": return false
        default: throw self.refused("it must be true or false")
        }
    }

    /// The value as a length of time in this range; `limits` says the range in words.
    func time(in range: ClosedRange<Duration>, _ limits: String) throws(ConfigurationError) -> Duration {
        guard let time = TimeSpan.parse(self.value), range.contains(time) else { throw self.refused(limits) }
        return time
    }

    /// The part before the first `=` and the one after it; nil without one, or when a part is empty.
    var keyAndValue: (key: String, value: String)? {
        guard let equals = self.value.firstIndex(of: "=") else { return nil }
        let key = self.value[..<equals].trimmingSpaces()
        let value = self.value[self.value.index(after: equals)...].trimmingSpaces()
        return key.isEmpty || value.isEmpty ? nil : (key, value)
    }

    /// The value as the name of a file.
    func path() throws(ConfigurationError) -> String {
        guard !self.value.isEmpty else { throw self.refused("it must be the name of a file") }
        return self.value
    }

    /// The error for this value.
    func refused(_ allowed: String, code: ExitCode = .usage) -> ConfigurationError {
        ConfigurationError(origin: self.origin, value: self.value, allowed: allowed, code: code)
    }
}
