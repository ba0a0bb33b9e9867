internal import CCurl

#if canImport(Glibc)
    internal import Glibc
#endif

/// The only client that opens connections: blocking HTTP/1.1, one kept connection a host.
package final class CurlClient: HTTPClient {
    /// Whether a proxy that the environment names is used.
    package enum Proxy: Sendable {
        case none
        /// The variables of curl: `https_proxy`, `http_proxy`, `all_proxy`, `no_proxy`.
        case environment
    }

    let pool = ConnectionPool()
    let trust: TrustStore
    let now: () -> Double
    private var peers: [(origin: Substring, peer: Peer)] = []
    private let proxy: Proxy

    /// - Parameters:
    ///   - roots: where the root certificates are.
    ///   - now: seconds of the wall clock.
    ///   - warn: gets a sentence if other roots than the requested ones are used.
    package init(
        roots: TrustedRoots = .operatorsOwn, proxy: Proxy = .none,
        now: @escaping () -> Double = CurlClient.wallClock,
        warn: @escaping (String) -> Void = { _ in }
    ) {
        trust = TrustStore(roots, warn: warn)
        self.proxy = proxy
        self.now = now
    }

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
        let headerList = HeaderList(
            request.headers.fields, bodyByteCount: transfer.sendsBody ? request.body.count : nil)
        let peer = peer(request)
        while true {
            let isWide = trust.isWide
            try begin(request, to: peer, headerList, transfer)
            let outcome = withExtendedLifetime(transfer) { pool.nextEnd(of: [peer]).result }
            peer.noteUse(at: now())
            if outcome == CURLE_OK {
                return HTTPResponse(
                    status: transfer.status, headers: transfer.headers, body: transfer.body)
            }
            // Nothing has left before the peer is verified, so the whole exchange begins anew.
            guard trust.isWorthAnotherTry(after: outcome, of: peer, isWide: isWide) else {
                throw error(outcome, for: request, peer, transfer)
            }
        }
    }

    /// Hands the exchange to the pool; `headerList` and `transfer` must live until it has ended.
    func begin(
        _ request: HTTPRequest, to peer: Peer, _ headerList: borrowing HeaderList,
        _ transfer: Transfer
    ) throws(HTTPError) {
        let isFresh =
            peer.isStale(at: now())
            || (!request.isRepeatable && (request.body.count == 0 || peer.hasPendingInput))
        let refusal = peer.handle.prepare(
            request, headerList: headerList, transfer: transfer, trust: trust, proxy: proxy,
            isFresh: isFresh)
        guard refusal == CURLE_OK else {
            throw .misconfigured(request.name, reason: CurlClient.reason(refusal))
        }
        guard pool.begin(peer) else {
            throw .misconfigured(request.name, reason: "libcurl did not take the request")
        }
    }

    func peer(_ request: HTTPRequest) -> Peer {
        let origin = request.origin
        if let known = peers.first(where: { $0.origin == origin }) { return known.peer }
        if peers.count >= CurlClient.largestPeerCount { peers.removeAll() }
        let peer = Peer()
        peers.append((origin, peer))
        return peer
    }

    private static let largestPeerCount = 32

    func error(
        _ code: CURLcode, for request: HTTPRequest, _ peer: Peer, _ transfer: Transfer
    ) -> HTTPError {
        let name = request.name
        switch transfer.failure {
        case .bodyTooLarge?: return .bodyTooLarge(name)
        case .fileFailed(let reason)?: return .fileFailed(name, reason: reason)
        case nil: break
        }
        // A server that has seen no byte of a body that was announced cannot have acted.
        let isUnseen =
            peer.handle.sentByteCount() == 0
            || (!request.isRepeatable && request.body.count > 0 && !transfer.hasBegunBody)
        let reason = CurlClient.reason(code)
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION:
            return .untrusted(name, reason: TrustStore.describe(peer.handle.verification()))
        case CURLE_SSL_CACERT_BADFILE:
            return .untrusted(name, reason: "no root certificates can be read")
        // libcurl uses these codes both for a bad URL and for a response that is not HTTP/1.x.
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_OUT_OF_MEMORY:
            return isUnseen
                ? .misconfigured(name, reason: reason) : .connectionLost(name, reason: reason)
        case _ where isUnseen: return .notSent(name, reason: reason)
        case CURLE_OPERATION_TIMEDOUT: return .timedOut(name)
        default: return .connectionLost(name, reason: reason)
        }
    }

    private static func reason(_ code: CURLcode) -> String {
        String(cString: curl_easy_strerror(code))
    }

    package static func wallClock() -> Double {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }
}

extension HTTPHeaders.Field {
    /// Whether the field stays one field on the wire: no CR, LF or NUL (RFC 9110 §5.5).
    fileprivate var isSendable: Bool {
        var (name, value) = (name, value)
        return !name.withUTF8(Self.hasEnd) && !value.withUTF8(Self.hasEnd)
    }

    private static func hasEnd(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.contains { $0 == 0 || $0 == 10 || $0 == 13 }
    }
}
