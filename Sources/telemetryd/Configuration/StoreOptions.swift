import TelemetryCore

/// How much is kept.
enum StoreOptions {
    /// Time and size, in addition to the number of readings.
    static func retention(_ reader: SettingReader) throws(ConfigurationError) -> Retention {
        var retention = Retention()
        if let setting = reader.setting("keep") {
            retention.maxAge = try setting.time(
                in: .seconds(1)...Limits.keepMax, "it must be a time such as 24h or 7d, from 1s to 3650d")
        }
        if let setting = reader.setting("max-size") {
            let least = TelemetryCore.Limits.retainedBytesMin
            guard let bytes = ByteCount.parse(setting.value), bytes >= least else {
                throw setting.refused("it must be a size such as 500MB or 2GB, at least \(least >> 20)MiB")
            }
            retention.maxBytes = bytes
        }
        return retention
    }
}
