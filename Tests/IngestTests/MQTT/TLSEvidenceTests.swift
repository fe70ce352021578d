import Testing

@testable import Ingest

@Suite struct TLSEvidenceTests {
    private func evidence(_ lines: [String], _ verification: OpenSSLLookup.Verification? = nil) -> TLSEvidence {
        var evidence = TLSEvidence()
        for line in lines { evidence.note(line) { verification } }
        return evidence
    }

    private static let failed = "OpenSSL Error[0]: error:0A000086:SSL routines::certificate verify failed"

    @Test(arguments: [
        (10, "has expired"), (9, "not valid yet"), (20, "unknown authority"), (19, "unknown authority"),
        (62, "for another host"), (23, "not accepted: certificate revoked"),
    ]) func namesWhatIsWrongWithTheBrokersCertificate(code: Int, expected: String) {
        let verification = OpenSSLLookup.Verification(code: code, text: "certificate revoked")
        #expect(self.evidence([Self.failed], verification).diagnosis?.contains(expected) == true)
    }

    @Test(arguments: [
        ("error:0A000415:SSL routines::sslv3 alert certificate expired", "our certificate (--mqtt-cert) has expired"),
        ("error:0A000418:SSL routines::tlsv1 alert unknown ca", "does not know the authority"),
        ("error:0A00045C:SSL routines::tlsv13 alert certificate required", "wants a client certificate"),
        ("error:0A00010B:SSL routines::wrong version number", "does not speak TLS"),
        ("error:05800074:x509 certificate routines::key values mismatch", "--mqtt-key is not the key of"),
        ("error:0A000086:SSL routines::certificate verify failed", "the broker's certificate is not accepted"),
        ("error:0A0000BF:SSL routines::no protocols available", "TLS failed: no protocols available"),
    ]) func namesWhatTheBrokerSays(error: String, expected: String) {
        #expect(self.evidence(["OpenSSL Error[0]: " + error]).diagnosis?.contains(expected) == true)
    }

    @Test func theHostNameIsToldFirst() {
        let verification = OpenSSLLookup.Verification(code: 1, text: "unspecified")
        let evidence = self.evidence(["Error: host name verification failed.", Self.failed], verification)
        #expect(evidence.diagnosis?.contains("for another host") == true)
    }

    @Test func keepsLittleAndSaysNothingOfOtherErrors() {
        #expect(TLSEvidence().diagnosis == nil)
        #expect(self.evidence(["Error: out of memory"]).diagnosis == nil)
        let noise = Array(repeating: "Error: x", count: Limits.tlsErrorLinesMax)
        #expect(self.evidence(noise + [Self.failed]).diagnosis == nil)
        let long = "OpenSSL Error[0]: " + String(repeating: "x", count: 10_000)
        #expect(self.evidence([long]).diagnosis?.utf8.count ?? 0 < 300)
    }
}
