/// The protocol spoken with the broker. The raw values are what people write after `--mqtt-version`.
package enum MQTTVersion: String, CaseIterable, Sendable {
    /// Understood by every broker.
    case v311 = "3.1.1"
    /// Reasons for refusals in words, and a bound for what the broker may send us at once.
    case v5 = "5"
}
