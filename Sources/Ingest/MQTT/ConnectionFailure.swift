/// Why there is no connection; told once per outage for each kind.
package enum ConnectionFailure: String, CaseIterable, Sendable {
    /// No TCP or TLS connection, or it broke.
    case unreachable
    /// The broker answered and said no: name and password, client id, subscription.
    case refused
    /// TLS: a certificate of either side is expired, unknown, for another host, or missing.
    case certificate
    /// The broker did not answer in time.
    case timeout
    /// Our database did not take a batch. The connection is dropped so that the broker keeps the messages.
    case storage
}
