internal import CCurl
internal import COpenSSL

#if canImport(Glibc)
    internal import Glibc
#endif

/// The PEM files that root certificates are read from.
package struct TrustedRoots: Equatable, Sendable {
    /// The file to begin with; nil if there is none.
    let first: String?
    /// The file for peers whose issuer is not in the first one, and in place of a first one that
    /// cannot be read.
    let second: String?
    /// Whether `second` may be asked for an issuer that `first` lacks. A file that somebody named
    /// has everything that they trust.
    let isSecondAsked: Bool

    /// The roots of a function: `SSL_CERT_FILE` alone where it is set, else the few roots in the
    /// zip that AWS and Google use, and behind them the system's.
    package static let function = TrustedRoots(named: ["SSL_CERT_FILE"], packaged: packagedFile)

    /// The roots of the command line: the file that `AWS_CA_BUNDLE` or `SSL_CERT_FILE` names, else
    /// the system's.
    package static let operatorsOwn = TrustedRoots(
        named: ["AWS_CA_BUNDLE", "SSL_CERT_FILE"], packaged: nil)

    /// - Parameter files: a first choice and the system's; for tests.
    package init(first: String?, second: String?, isSecondAsked: Bool = true) {
        self.first = first
        self.second = second
        self.isSecondAsked = isSecondAsked
    }

    private init(named variables: [String], packaged: String?) {
        let named = variables.lazy.compactMap(Self.variable).first
        self.init(
            first: named ?? packaged, second: Self.systemFile, isSecondAsked: named == nil)
    }

    /// Beside the executable, where `make package` puts it.
    private static var packagedFile: String? {
        if let folder = variable("LAMBDA_TASK_ROOT") { return "\(folder)/roots.pem" }
        var path = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &path, path.count)
        guard count > 0, let slash = path[..<count].lastIndex(of: UInt8(ascii: "/")) else {
            return nil
        }
        return String(decoding: path[..<slash], as: UTF8.self) + "/roots.pem"
    }

    /// A bootstrap built on one Linux runs on another, so the path compiled into libcurl, that of
    /// the build machine, is not used.
    private static let systemFile = systemFiles.first { access($0, R_OK) == 0 }

    private static let systemFiles = [
        "/etc/pki/tls/certs/ca-bundle.crt",  // Amazon Linux
        "/etc/ssl/certs/ca-certificates.crt",  // Debian
    ]

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// The root certificates that the chain of every TLS peer must end in: one store a process, read
/// when the first such connection is made.
///
/// A store of its own, shared by all connections, because libcurl would read the file again for
/// each: the system's 140 roots cost 23 ms of CPU, the packaged eleven 2 ms, and sharing a store
/// nothing. Reading only the roots that are asked for (a hashed directory) would save those 2 ms,
/// which fall before the first event, and DER in place of PEM saves nothing.
final class TrustStore {
    private let roots: TrustedRoots
    private let warn: (String) -> Void
    private var store: OpaquePointer?
    /// Whether the second file is in use.
    private(set) var isWide = false

    init(_ roots: TrustedRoots, warn: @escaping (String) -> Void) {
        self.roots = roots
        self.warn = warn
    }

    deinit {
        X509_STORE_free(store)
    }

    /// The function that libcurl calls before a TLS handshake, with this object as `pointer`.
    static let attach:
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?
        ) -> CURLcode = { _, context, pointer in
            guard let context, let pointer,
                let store = Unmanaged<TrustStore>.fromOpaque(pointer).takeUnretainedValue().loaded()
            else { return CURLE_SSL_CACERT_BADFILE }
            SSL_CTX_set1_cert_store(OpaquePointer(context), store)
            return CURLE_OK
        }

    private func loaded() -> OpaquePointer? {
        if store == nil {
            store = roots.first.flatMap(TrustStore.read)
            if store == nil {
                isWide = true
                if let first = roots.first {
                    warn("no root certificate can be read from \(first); the system's are used")
                }
                store = roots.second.flatMap(TrustStore.read)
            }
        }
        return store
    }

    /// Whether the second file may verify the peer that the first did not: it then replaces the
    /// first, for this and all later connections.
    /// - Parameter isWide: whether the second file was in use when the exchange began.
    func isWorthAnotherTry(after outcome: CURLcode, of peer: Peer, isWide: Bool) -> Bool {
        guard outcome == CURLE_PEER_FAILED_VERIFICATION, !isWide, roots.isSecondAsked,
            TrustStore.lacksIssuer.contains(peer.handle.verification())
        else { return false }
        // Another peer may have brought the second file in while this exchange ran.
        if self.isWide { return true }
        guard let second = roots.second.flatMap(TrustStore.read) else { return false }
        X509_STORE_free(store)
        store = second
        self.isWide = true
        warn("a peer's issuer is not among the packaged root certificates; the system's are used")
        return true
    }

    /// The results that mean that no trusted issuer was found. Only these can change with another
    /// store: a wrong name, date or signature stays wrong.
    private static let lacksIssuer = [
        Int(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT), Int(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT),
        Int(X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN),
        Int(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY),
        Int(X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE),
    ]

    /// OpenSSL's words for the result of a verification. Where it has found nothing wrong (1 is
    /// libcurl's "not known yet"), it is the name that libcurl refused.
    static func describe(_ verification: Int) -> String {
        verification > 1
            ? String(cString: X509_verify_cert_error_string(verification))
            : "it does not name this host"
    }

    /// The file's certificates, or nil if it has none that can be read.
    private static func read(_ path: String) -> OpaquePointer? {
        guard let store = X509_STORE_new() else { return nil }
        guard X509_STORE_load_file(store, path) == 1 else {
            ERR_clear_error()
            X509_STORE_free(store)
            return nil
        }
        return store
    }
}
