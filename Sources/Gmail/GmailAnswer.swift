internal import HTTP
internal import JSON

/// The reading of Google's answers: whether a request may be repeated, and why it was refused
/// (https://developers.google.com/workspace/gmail/api/guides/handle-errors)
enum GmailAnswer {
    /// An error answer says that nothing was done, so that even an import may be repeated after
    /// one; without an answer it may not.
    static func retryDecision(_ response: HTTPResponse) -> RetryingClient.Decision {
        switch response.status {
        case 408, 429, 500...: .refused
        case 403 where isQuota(reason(response)): .refused
        default: .accept
        }
    }

    /// Sends the request; an answer that does not come is an error of this library.
    static func send(
        _ request: HTTPRequest, through http: any HTTPClient
    ) throws(GmailError) -> HTTPResponse {
        do {
            return try http.send(request)
        } catch {
            throw .unanswered(error)
        }
    }

    /// Whether a 403 of that reason says "later", and not "never".
    static func isQuota(_ reason: String) -> Bool {
        quotaReasons.contains(reason)
    }

    private static let quotaReasons: Set<String> = [
        "rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded",
    ]

    /// Google's own word for the error, else the status.
    static func reason(_ response: HTTPResponse) -> String {
        let error = error(response)
        let word = error?["errors"]?.array?.first?["reason"]?.string ?? error?["status"]?.string
        return word.map { GoogleMessage($0).masked } ?? unnamed(response.status)
    }

    /// The reason of an answer in which Google names none.
    static func unnamed(_ status: Int) -> String { "HTTP \(status)" }

    /// Google's own sentence for the error; empty if there is none.
    static func message(_ response: HTTPResponse) -> GoogleMessage {
        GoogleMessage(error(response)?["message"]?.string ?? "")
    }

    private static func error(_ response: HTTPResponse) -> JSONValue? {
        // A proxy's page is no JSON; the status says enough.
        (try? JSONValue(parsing: response.body))?["error"]
    }
}
