internal import COpenSSL
internal import Foundation

/// One accepted connection's bytes, plain or inside TLS.
struct Stream {
    let descriptor: Int32
    private let tls: OpaquePointer?

    /// - Parameter context: where the server's certificate is; nil is plain text.
    /// - Returns: nil where the client did not like the certificate, or has gone.
    init?(_ descriptor: Int32, context: TLSContext?) {
        self.descriptor = descriptor
        guard let context else {
            tls = nil
            return
        }
        // OpenSSL writes without MSG_NOSIGNAL. Blocked on this thread alone: what is ignored in the
        // whole process would be ignored in the programs that tests start, too.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let tls = SSL_new(context.pointer)
        SSL_set_fd(tls, descriptor)
        guard SSL_accept(tls) == 1 else {
            SSL_free(tls)
            return nil
        }
        self.tls = tls
    }

    /// Whether the client resumed the session of an earlier connection.
    var isResumed: Bool { tls.map { SSL_session_reused($0) == 1 } ?? false }

    /// The next bytes; nil at the end.
    func read() -> ArraySlice<UInt8>? {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count =
                tls.map { Int(SSL_read($0, &chunk, Int32(chunk.count))) }
                ?? recv(descriptor, &chunk, chunk.count, 0)
            if count < 0 && errno == EINTR { continue }
            return count > 0 ? chunk[..<count] : nil
        }
    }

    /// Sends all of it, unless the client has gone: the test sees that at its end.
    func write(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { rest in
                tls.map { Int(SSL_write($0, rest.baseAddress, Int32(rest.count))) }
                    ?? send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Says farewell where TLS has one, and forgets the session's state.
    func end() {
        guard let tls else { return }
        SSL_shutdown(tls)
        SSL_free(tls)
    }

    /// Has the connection end with a reset when it is closed, and without a farewell.
    func abort() {
        if let tls { SSL_set_quiet_shutdown(tls, 1) }
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &linger,
            socklen_t(MemoryLayout.size(ofValue: linger)))
    }
}

/// A server's certificate and key, read once.
final class TLSContext: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ identity: TestAuthority.Identity) {
        guard let context = SSL_CTX_new(TLS_server_method()),
            SSL_CTX_use_certificate_chain_file(context, identity.certificate) == 1,
            SSL_CTX_use_PrivateKey_file(context, identity.key, SSL_FILETYPE_PEM) == 1
        else { preconditionFailure("the certificate of a test's server cannot be read") }
        pointer = context
    }

    deinit {
        SSL_CTX_free(pointer)
    }
}
