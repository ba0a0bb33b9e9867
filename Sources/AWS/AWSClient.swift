package import HTTP

/// Sends signed requests to one service. An answer that is not a success is thrown as an error.
package struct AWSClient {
    private let http: any HTTPClient

    package init(_ http: any HTTPClient) {
        self.http = http
    }

    package func send(_ request: HTTPRequest) throws(AWSError) -> HTTPResponse {
        let response: HTTPResponse
        do {
            response = try http.send(request)
        } catch {
            throw .unanswered(error)
        }
        if let refusal = AWSRefusal(response) { throw .refused(request.name, refusal) }
        return response
    }

    /// The cases in which the SDKs' "standard" mode repeats a request
    /// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
    static func retryDecision(_ response: HTTPResponse) -> RetryingClient.Decision {
        guard let refusal = AWSRefusal(response) else { return .accept }
        if refusal.isClockSkew { return .corrected }
        if refusal.isThrottling { return .refused }
        let isTransient = [500, 502, 503, 504].contains(refusal.status)
        return isTransient || transientCodes.contains(refusal.code) ? .failed : .accept
    }

    private static let transientCodes: Set<String> = [
        "RequestTimeout", "RequestTimeoutException", "InternalServerError", "InternalFailure",
    ]
}
