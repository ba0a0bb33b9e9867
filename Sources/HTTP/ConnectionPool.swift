internal import CCurl

#if canImport(Glibc)
    internal import Glibc
#endif

/// The one owner of a `CURLM *`: it keeps the connections of all handles, one a host, and runs
/// handles side by side (https://curl.se/libcurl/c/libcurl-multi.html).
struct ConnectionPool: ~Copyable {
    private let multi: UnsafeMutableRawPointer

    init() {
        guard let multi = curl_multi_init() else {
            preconditionFailure("libcurl could not be initialised: out of memory")
        }
        self.multi = multi
        // A fresh connection closes the host's kept one. An option that is refused here leaves
        // libcurl's default, which only keeps more.
        _ = sesmail_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, 1)
        _ = sesmail_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 32)
    }

    deinit {
        curl_multi_cleanup(multi)
    }

    /// Begins the exchange that the peer's handle was prepared for.
    /// - Returns: whether it runs; `nextEnd` then returns it once.
    borrowing func begin(_ peer: Peer) -> Bool {
        peer.handle.join(multi) == CURLM_OK
    }

    /// Waits until one of these exchanges has ended, takes it out and returns how it ended.
    borrowing func nextEnd(of peers: [Peer]) -> (peer: Peer, result: CURLcode) {
        while true {
            var running: Int32 = 0
            let progress = curl_multi_perform(multi, &running)
            var left: Int32 = 0
            if let message = curl_multi_info_read(multi, &left)?.pointee,
                let peer = peers.first(where: { $0.handle.isSame(as: message.easy_handle) })
            {
                end(peer)
                return (peer, message.data.result)
            }
            guard progress == CURLM_OK, running > 0 else {
                end(peers[0])
                return (peers[0], CURLE_RECV_ERROR)
            }
            curl_multi_poll(multi, nil, 0, 1000, nil)
        }
    }

    private borrowing func end(_ peer: Peer) {
        peer.noteSocket()
        peer.handle.leave(multi)
    }
}

/// One host: a handle with what libcurl remembers of its TLS session, and the state of the
/// connection that is kept to it.
final class Peer {
    let handle = CurlHandle()
    /// Seconds of the wall clock; nil before the first exchange.
    private var usedAt: Double?
    private var socket: curl_socket_t = CURL_SOCKET_BAD

    /// Whether the kept connection was idle for so long that the peer may have dropped it silently.
    /// The wall clock counts, because the monotonic one may stand still while a sandbox is frozen.
    func isStale(at now: Double) -> Bool {
        guard let usedAt else { return false }
        return !(0...30).contains(now - usedAt)
    }

    /// Whether the peer has sent bytes on the idle connection, which means that it closes it.
    /// libcurl before 8.1 takes the closing message of a TLS peer for a sign of life.
    var hasPendingInput: Bool {
        var status = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return socket != CURL_SOCKET_BAD && poll(&status, 1, 0) != 0
    }

    func noteUse(at now: Double) {
        usedAt = now
    }

    fileprivate func noteSocket() {
        socket = handle.activeSocket()
    }
}
