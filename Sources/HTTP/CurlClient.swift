internal import CCurl

#if canImport(Glibc)
    internal import Glibc
#endif

/// The only client that opens connections: blocking HTTP/1.1 through one reused libcurl handle.
package final class CurlClient: HTTPClient {
    private let handle = CurlHandle()
    private let certificates: String?

    /// - Parameter certificates: a PEM file of trusted roots; nil leaves libcurl's own choice.
    package init(certificates: String? = CurlClient.systemCertificates) {
        self.certificates = certificates
    }

    /// Where the roots are: a bootstrap built on one Linux runs on another, and the path compiled
    /// into libcurl is the other's only by luck.
    package static let systemCertificates: String? =
        [
            getenv("SSL_CERT_FILE").map { String(cString: $0) },
            "/etc/pki/tls/certs/ca-bundle.crt",  // Amazon Linux
            "/etc/ssl/certs/ca-certificates.crt",  // Debian
        ]
        .compactMap { $0 }.first { access($0, R_OK) == 0 }

    package func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        if let timeout = request.timeoutSeconds, timeout < 0.001 {
            throw .notSent(request.name, reason: "no time is left")
        }
        for field in request.headers.fields where !field.isSendable {
            // The value is not named: it may be a secret.
            throw .misconfigured(request.name, reason: "a control character in \(field.name)")
        }
        let transfer = Transfer(request)
        guard transfer.truncateFile() else {
            throw .fileFailed(request.name, reason: "errno \(errno) on truncating")
        }
        let headerList = HeaderList(request.headers.fields, hasBody: transfer.sendsBody)
        let refusal = handle.prepare(
            request, headerList: headerList, transfer: transfer, certificates: certificates)
        guard refusal == CURLE_OK else {
            throw .misconfigured(request.name, reason: reason(refusal))
        }
        let outcome = withExtendedLifetime(transfer) { handle.perform() }
        guard outcome == CURLE_OK else {
            throw error(outcome, for: request.name, transfer: transfer)
        }
        return HTTPResponse(
            status: transfer.status, headers: transfer.headers, body: transfer.body)
    }

    private func error(_ code: CURLcode, for name: CallName, transfer: Transfer) -> HTTPError {
        switch transfer.failure {
        case .bodyTooLarge?: return .bodyTooLarge(name)
        case .fileFailed(let reason)?: return .fileFailed(name, reason: reason)
        case nil: break
        }
        switch code {
        // libcurl has the same word for a URL and for an answer that is no HTTP/1.x.
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_OUT_OF_MEMORY:
            return handle.sentByteCount() == 0
                ? .misconfigured(name, reason: reason(code))
                : .connectionLost(name, reason: reason(code))
        case _ where handle.sentByteCount() == 0:
            return .notSent(name, reason: reason(code))
        case CURLE_OPERATION_TIMEDOUT:
            return .timedOut(name)
        default:
            return .connectionLost(name, reason: reason(code))
        }
    }

    private func reason(_ code: CURLcode) -> String {
        String(cString: curl_easy_strerror(code))
    }
}

extension HTTPHeaders.Field {
    /// Whether the field stays one field on the wire: no CR, LF or NUL (RFC 9110 §5.5).
    fileprivate var isSendable: Bool {
        [name, value].allSatisfy { text in
            text.utf8.allSatisfy { byte in byte != 0 && byte != 10 && byte != 13 }
        }
    }
}
