/// Gives no call more time than the caller has left.
package struct DeadlineClient: HTTPClient {
    private let upstream: any HTTPClient
    private let pacing: Pacing

    package init(_ upstream: any HTTPClient, pacing: Pacing) {
        self.upstream = upstream
        self.pacing = pacing
    }

    package func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        var request = request
        request.timeoutSeconds = min(request.timeoutSeconds ?? .infinity, pacing.secondsLeft())
        return try upstream.send(request)
    }
}
