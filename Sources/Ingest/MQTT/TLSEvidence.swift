/// What OpenSSL and libmosquitto said while a TLS connection failed, and what it means for a person.
///
/// libmosquitto itself says no more than "A TLS error occurred". The cause stands in its log, and the result of the
/// verification of the broker's certificate in the connection's `SSL`, which is still there during that log call.
struct TLSEvidence: Hashable {
    /// The first few log lines of level error.
    private var lines: [String] = []
    private var verification: OpenSSLLookup.Verification?

    /// A log line of level error. `verification` is only asked while nothing is known.
    mutating func note(_ line: String, verification: () -> OpenSSLLookup.Verification?) {
        guard self.lines.count < Limits.tlsErrorLinesMax else { return }
        self.lines.append(String(decoding: line.utf8.prefix(Limits.tlsErrorLineBytesMax), as: UTF8.self))
        if self.verification == nil { self.verification = verification() }
    }

    /// One line, or nil when nothing says that TLS is to blame.
    var diagnosis: String? {
        if self.says("host name verification failed") {
            return "the broker's certificate is for another host than the one in --mqtt"
        }
        if let verification = self.verification { return Self.meaning(of: verification) }
        for (text, meaning) in Self.meanings where self.says(text) { return meaning }
        // `OpenSSL Error[0]: error:0A00010B:SSL routines::wrong version number`: the last part says it.
        return self.lines.first { $0.contains("OpenSSL Error") }
            .map { "TLS failed: " + String($0.split(separator: ":").last ?? "") }
    }

    private func says(_ text: String) -> Bool { self.lines.contains { $0.contains(text) } }

    /// The numbers are those of OpenSSL's x509_vfy.h.
    private static func meaning(of verification: OpenSSLLookup.Verification) -> String {
        switch verification.code {
        case 9: "the broker's certificate is not valid yet (is this computer's clock right?)"
        case 10: "the broker's certificate has expired"
        case 2, 18, 19, 20, 21:
            "the broker's certificate is signed by an unknown authority (\(verification.text)); "
                + "give its CA with --mqtt-ca"
        case 62, 64: "the broker's certificate is for another host than the one in --mqtt"
        default: "the broker's certificate is not accepted: \(verification.text)"
        }
    }

    /// What stands in the log, and what it means. The alerts (RFC 8446, 6.2) are the broker's verdict on us.
    private static let meanings: [(String, String)] = [
        ("alert certificate expired", "the broker says that our certificate (--mqtt-cert) has expired"),
        ("alert unknown ca", "the broker does not know the authority that signed our certificate (--mqtt-cert)"),
        ("alert certificate required", "the broker wants a client certificate: --mqtt-cert and --mqtt-key"),
        ("alert handshake failure", "the broker refused the handshake; it may want a client certificate (--mqtt-cert)"),
        ("alert certificate revoked", "the broker says that our certificate (--mqtt-cert) is revoked"),
        ("alert bad certificate", "the broker does not accept our certificate (--mqtt-cert)"),
        ("alert certificate unknown", "the broker does not accept our certificate (--mqtt-cert)"),
        ("alert unsupported certificate", "the broker does not accept this kind of certificate (--mqtt-cert)"),
        ("wrong version number", "the broker does not speak TLS on this port; use mqtt:// or its TLS port"),
        ("key values mismatch", "--mqtt-key is not the key of --mqtt-cert"),
        ("certificate/key are inconsistent", "--mqtt-key is not the key of --mqtt-cert"),
        ("Unable to load client certificate", "the certificate of --mqtt-cert cannot be used"),
        ("Unable to load client key", "the key of --mqtt-key cannot be used"),
        ("Unable to load CA certificates", "the certificates of --mqtt-ca cannot be used"),
        (
            "unexpected eof",
            "the broker closed the connection during the TLS handshake; does it speak TLS on this port?"
        ),
        ("certificate verify failed", "the broker's certificate is not accepted"),
    ]
}
