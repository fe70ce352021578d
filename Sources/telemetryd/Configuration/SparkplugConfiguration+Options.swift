import Ingest
import TelemetryCore

extension SparkplugConfiguration {
    /// Nil if Sparkplug is not asked for. The rest is checked even then.
    init?(_ reader: SettingReader) throws(ConfigurationError) {
        self.init()
        for setting in reader.settings("sparkplug-metric") {
            guard let (name, text) = setting.keyAndValue, let metric = MetricName(text) else {
                throw setting.refused("it must be NAME=METRIC, such as Motor/Speed=rpm")
            }
            self.metrics[name] = metric
        }
        if let setting = reader.setting("sparkplug-machine") {
            let captures = setting.value.matches(of: #/{([^{}]*)}/#).map { String($0.1) }
            guard captures.contains("edge") || captures.contains("device"),
                captures.allSatisfy(["group", "edge", "device"].contains)
            else { throw setting.refused("it must have {edge} or {device} in it, and may have {group}") }
            self.machineTemplate = setting.value
        }
        guard try reader.setting("sparkplug")?.isOn() == true else { return nil }
    }
}
