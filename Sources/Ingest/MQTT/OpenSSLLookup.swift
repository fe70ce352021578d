import CMosquitto
import Glibc

/// Two functions of the OpenSSL that libmosquitto has loaded. We do not link it (its headers need not be there to build
/// us), so they are looked up by name; where they are not found, an error is only less precise.
enum OpenSSLLookup {
    /// What came of verifying the broker's certificate.
    struct Verification: Hashable {
        /// `X509_V_ERR_…` of OpenSSL's x509_vfy.h.
        let code: Int
        let text: String
    }

    private typealias GetVerifyResult = @convention(c) (UnsafeRawPointer) -> Int
    private typealias ErrorString = @convention(c) (Int) -> UnsafePointer<CChar>?

    /// Unsafe: both have had exactly these C types (`long SSL_get_verify_result(const SSL *)`,
    /// `const char *X509_verify_cert_error_string(long)`) in every OpenSSL there has been.
    private static let getVerifyResult: GetVerifyResult? = dlsym(nil, "SSL_get_verify_result")
        .map { unsafeBitCast($0, to: GetVerifyResult.self) }
    private static let errorString: ErrorString? = dlsym(nil, "X509_verify_cert_error_string")
        .map { unsafeBitCast($0, to: ErrorString.self) }

    /// Nil: the certificate was good, there was none, or we cannot know. `handle` is libmosquitto's.
    static func verification(of handle: OpaquePointer) -> Verification? {
        guard let getVerifyResult = self.getVerifyResult, let ssl = mosquitto_ssl_get(handle) else { return nil }
        let code = getVerifyResult(ssl)
        guard code != 0 else { return nil }
        let text = self.errorString.flatMap { $0(code) }.map { String(cString: $0) } ?? "verification failed"
        return Verification(code: code, text: text)
    }
}
