internal import Gmail
internal import HTTP
internal import JSON
internal import Text

/// The exchange of a code for tokens.
/// (https://developers.google.com/identity/protocols/oauth2/native-app#exchange-authorization-code)
struct CodeExchange {
    let http: any HTTPClient
    let endpoint: String
    let epochSeconds: () -> Int

    /// The tokens and scopes that a person has consented to.
    struct Consent {
        let access: AccessToken
        let refreshToken: Secret
        let scopes: [String]
        /// The lifetime; Google sends it only for a refresh token that expires.
        let refreshTokenSeconds: Int?
    }

    /// Sends the code once: it may be used up, whatever the answer.
    func consent(for code: Secret, of request: AuthorizationRequest) throws -> Consent {
        let form = PercentEncoding.form([
            "grant_type": "authorization_code", "code": code.value,
            "client_id": request.client.id, "client_secret": request.client.secret.value,
            "redirect_uri": request.redirectURI, "code_verifier": request.verifier.value,
        ])
        var exchange = HTTPRequest(
            .post, endpoint, headers: ["Content-Type": "application/x-www-form-urlencoded"],
            body: HTTPBody(form), name: CallName("Google", "token"))
        exchange.isRepeatable = false
        exchange.timeoutSeconds = 30
        let response: HTTPResponse
        do {
            response = try http.send(exchange)
        } catch {
            throw Failure(
                .unreachable,
                "\(error). Nothing was written. Check the network, then run the command again.")
        }
        // An answer that is not JSON has no token, and its status is the reason.
        let answer = try? JSONValue(parsing: response.body)
        guard response.isSuccess else { throw Self.refusal(response.status, answer) }
        return try consent(answer, asked: request.scopes)
    }

    private func consent(_ answer: JSONValue?, asked: [String]) throws -> Consent {
        guard let value = answer?["access_token"]?.string, !value.isEmpty else {
            throw Failure(
                .failed,
                "Google's answer has no token in it. Nothing was written. Run the command again.")
        }
        // RFC 6749 §5.1: none are named where they are the requested ones.
        let scopes =
            answer?["scope"]?.string?.split(separator: " ").map(String.init) ?? asked
        guard GmailScope.allowImport(scopes) else {
            throw Failure(
                .refused,
                "You consented, but not to \(GmailScope.insert). Nothing was written. Run the "
                    + "command again, and tick the box for Gmail.")
        }
        guard let refreshToken = answer?["refresh_token"]?.string, !refreshToken.isEmpty else {
            throw Failure(
                .failed,
                "Google's answer has no refresh token in it. Nothing was written. Remove the app's "
                    + "access at https://myaccount.google.com/connections, then run the command "
                    + "again.")
        }
        return Consent(
            access: AccessToken(
                value: Secret(value),
                endsAt: epochSeconds() + min(max(answer?["expires_in"]?.integer ?? 3600, 0), 86_400)
            ),
            refreshToken: Secret(refreshToken), scopes: scopes,
            refreshTokenSeconds: answer?["refresh_token_expires_in"]?.integer)
    }

    private static func refusal(_ status: Int, _ answer: JSONValue?) -> Failure {
        let reason = String((answer?["error"]?.string ?? "HTTP \(status)").prefix(60))
        switch reason {
        case _ where Failure.isOfClient(reason):
            return Failure(
                .failed,
                "Google does not know the OAuth client, or its secret was changed (\(reason)). "
                    + "Nothing was written. Download its file again, and name it with --client.")
        case "invalid_grant":
            return Failure(
                .failed,
                "Google rejects the code (\(reason)), because it is old or was used before. "
                    + "Nothing was written. Run the command again.")
        case _ where status >= 500 || status == 429:
            return Failure(
                .unreachable,
                "Google failed to issue a token (\(reason)). Nothing was written. Run the command "
                    + "again in a minute.")
        default:
            return Failure(
                .failed,
                "Google issued no token (\(reason), \(status)). Nothing was written. Run the "
                    + "command again.")
        }
    }
}
