package import ArgumentParser

/// The options of `telemetryd run` as they were typed, unchecked. ``Configuration`` checks them, together with the
/// environment and the configuration file. What each one is called and means is declared in ``OptionTable``.
package struct RawOptions: ParsableArguments, Sendable {
    @OptionGroup(title: "Sources") package var sources: RawSourceOptions
    @OptionGroup(title: "MQTT") package var mqtt: RawMQTTOptions
    @OptionGroup(title: "Embedded broker") package var broker: RawBrokerOptions
    @OptionGroup(title: "Readings") package var readings: RawReadingOptions
    @OptionGroup(title: "Server") package var server: RawServerOptions
    @OptionGroup(title: "Store") package var store: RawStoreOptions
    @OptionGroup(title: "Log") package var log: RawLogOptions
    @OptionGroup(title: "Configuration file") package var config: RawConfigOption

    package init() {}
}

extension ArgumentHelp {
    /// The help of the option of this name in the table. One that is not in it has none; a test looks for that.
    static func option(_ name: String) -> ArgumentHelp {
        guard let option = OptionTable.option(named: name) else { return "" }
        return ArgumentHelp("\(option.helpWithDefault)", valueName: option.valueName)
    }
}
