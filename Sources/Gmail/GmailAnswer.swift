internal import HTTP
internal import JSON

/// What does an answer of Google's say about asking again?
/// (https://developers.google.com/workspace/gmail/api/guides/handle-errors)
enum GmailAnswer {
    /// An error answer says that nothing was done, so that even an import may be repeated after
    /// one; without an answer it may not.
    static func advice(_ response: HTTPResponse) -> RetryingClient.Advice {
        switch response.status {
        case 408, 429, 500...: .refused
        case 403 where isQuota(reason(response)): .refused
        default: .accept
        }
    }

    /// Sends a mail, or a piece of one.
    static func send(
        _ request: HTTPRequest, through http: any HTTPClient
    ) throws(GmailError) -> HTTPResponse {
        do {
            return try http.send(request)
        } catch {
            throw .unanswered(error)
        }
    }

    /// Asks for what must be had before a mail can be sent.
    static func prepare(
        _ request: HTTPRequest, through http: any HTTPClient
    ) throws(GmailError) -> HTTPResponse {
        do {
            return try http.send(request)
        } catch {
            throw .notBegun(error)
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
        // A proxy's page is no JSON; the status says enough.
        let error = (try? JSONValue(parsing: response.body))?["error"]
        return error?["errors"]?.array?.first?["reason"]?.string ?? error?["status"]?.string
            ?? "HTTP \(response.status)"
    }
}
