package import HTTP
internal import JSON
internal import Text

/// Exchanges a refresh token for an access token.
/// (https://developers.google.com/identity/protocols/oauth2/web-server#offline)
package struct GoogleOAuth {
    private let http: any HTTPClient
    private let endpoint: String
    private let epochSeconds: () -> Int

    /// - Parameter endpoint: Google's token endpoint. The `token_uri` of a token file is never
    ///   asked: a tampered file must not send the secret elsewhere.
    package init(
        _ http: any HTTPClient, endpoint: String, pacing: Pacing,
        epochSeconds: @escaping () -> Int
    ) {
        self.http = RetryingClient(http, pacing: pacing, decide: GmailAnswer.retryDecision)
        self.endpoint = endpoint
        self.epochSeconds = epochSeconds
    }

    /// The result of a refresh.
    package struct Grant: Equatable, Sendable {
        package let access: AccessToken
        /// A new refresh token where Google rotated it, else the old one.
        package let refreshToken: Secret
        /// The rights of the token, if Google names them.
        package let scopes: [String]?

        package init(access: AccessToken, refreshToken: Secret, scopes: [String]? = nil) {
            self.access = access
            self.refreshToken = refreshToken
            self.scopes = scopes
        }
    }

    /// - Throws: `GmailError.tokenInvalid` on `invalid_grant`, `undecodable` if the answer has not
    ///   the form of Google's.
    package func refresh(_ token: OAuthToken, mailbox: String) throws(GmailError) -> Grant {
        let name = CallName("Google", "token")
        let form = PercentEncoding.form([
            "grant_type": "refresh_token", "client_id": token.clientID,
            "client_secret": token.clientSecret.value, "refresh_token": token.refreshToken.value,
        ])
        let request = HTTPRequest(
            .post, endpoint, headers: ["Content-Type": "application/x-www-form-urlencoded"],
            body: HTTPBody(form), name: name)
        let response = try GmailAnswer.send(request, through: http)
        // What is no JSON holds no access token, and the status says the rest.
        let body = try? JSONValue(parsing: response.body)
        guard response.isSuccess, let value = body?["access_token"]?.string, !value.isEmpty else {
            // Google names the error; an answer that does not is a proxy's.
            guard !response.isSuccess, let reason = body?["error"]?.string else {
                throw .undecodable(name, status: response.status)
            }
            if reason == "invalid_grant" { throw .tokenInvalid(mailbox: mailbox) }
            throw .refused(
                name, status: response.status, reason: GoogleMessage(reason).masked,
                message: GoogleMessage(body?["error_description"]?.string ?? ""), mailbox: mailbox)
        }
        // Google sends a number; some proxies make it a string.
        let lifetime =
            body?["expires_in"]?.integer ?? body?["expires_in"]?.string.flatMap { Int($0) } ?? 3600
        let rotated = body?["refresh_token"]?.string ?? ""
        return Grant(
            access: AccessToken(
                value: Secret(value),
                endsAt: epochSeconds() + min(max(lifetime, 0), Self.longestLifetimeSeconds)),
            // An empty one, written back, would need a person to consent again.
            refreshToken: rotated.isEmpty ? token.refreshToken : Secret(rotated),
            scopes: body?["scope"]?.string.map { $0.split(separator: " ").map(String.init) })
    }

    /// Google's access tokens live an hour; what says more is asked again after a day.
    private static let longestLifetimeSeconds = 86_400
}
