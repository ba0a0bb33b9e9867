internal import CCurl

extension CurlClient {
    /// Opens a connection to each host, side by side, for the requests that will come: root
    /// certificates, TLS and the look-up of names then cost the start, which has a whole CPU, and
    /// not the first event, which has a fourteenth of one. Each host is asked `GET /`, once and
    /// without credentials; what it answers does not matter. 300 ms to connect, a second in all.
    /// - Returns: a sentence for each host that was not reached.
    package func warm(_ urls: [String]) -> [String] {
        let headerList = HeaderList([], bodyByteCount: nil)
        let start = now()
        var waiting: [(request: HTTPRequest, peer: Peer)] = []
        for url in urls {
            let request = CurlClient.greeting(to: url)
            if !waiting.contains(where: { $0.request.origin == request.origin }) {
                waiting.append((request, peer(request)))
            }
        }
        var failures: [String] = []
        var running: [(request: HTTPRequest, peer: Peer, transfer: Transfer, isWide: Bool)] = []
        while true {
            for (request, peer) in waiting {
                var request = request
                request.timeoutSeconds = max(0.001, start + 1 - now())
                let transfer = Transfer(request)
                let isWide = trust.isWide
                do {
                    try begin(request, to: peer, headerList, transfer)
                    running.append((request, peer, transfer, isWide))
                } catch {
                    failures.append(error.description)
                }
            }
            waiting = []
            guard !running.isEmpty else { return failures }
            let (ended, outcome) = pool.nextEnd(of: running.map(\.peer))
            for (request, peer, transfer, isWide) in running where peer === ended {
                peer.noteUse(at: now())
                if trust.isWorthAnotherTry(after: outcome, of: peer, isWide: isWide) {
                    waiting.append((request, peer))
                } else if outcome != CURLE_OK {
                    failures.append(error(outcome, for: request, peer, transfer).description)
                }
            }
            running.removeAll { $0.peer === ended }
        }
    }

    private static func greeting(to url: String) -> HTTPRequest {
        let origin = HTTPRequest(.get, url, name: CallName("warming", url)).origin
        var request = HTTPRequest(.get, "\(origin)/", name: CallName("Warming", String(origin)))
        request.connectTimeoutSeconds = 0.3
        request.responseBody = .memory(limit: 64 << 10)
        return request
    }
}
