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

    /// What a person has consented to.
    struct Consent {
        let access: AccessToken
        let refreshToken: Secret
        let scopes: [String]
        /// Google says so only of a refresh token that ends by itself.
        let refreshTokenSeconds: Int?
    }

    /// Asks once: a code that was sent may be used up, whatever came back.
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
                "\(error); nothing was written: check the network, then run it again.")
        }
        // What is no JSON holds no token, and the status says the rest.
        let answer = try? JSONValue(parsing: response.body)
        guard response.isSuccess else { throw Self.refusal(response.status, answer) }
        return try consent(answer)
    }

    private func consent(_ answer: JSONValue?) throws -> Consent {
        guard let value = answer?["access_token"]?.string, !value.isEmpty else {
            throw Failure(
                .failed, "Google answered without a token; nothing was written: run it again.")
        }
        let scopes = answer?["scope"]?.string?.split(separator: " ").map(String.init)
        // RFC 6749 §5.1: none are named where they are those that were asked for.
        guard GmailScope.allowImport(scopes ?? [GmailScope.insert]) else {
            throw Failure(
                .refused,
                "You consented, but not to \(GmailScope.insert); nothing was written: run it again "
                    + "and tick the box of Gmail.")
        }
        guard let refreshToken = answer?["refresh_token"]?.string, !refreshToken.isEmpty else {
            throw Failure(
                .failed,
                "Google gave no refresh token; nothing was written: remove the app's access at "
                    + "https://myaccount.google.com/connections and run it again.")
        }
        return Consent(
            access: AccessToken(
                value: Secret(value),
                endsAt: epochSeconds() + min(max(answer?["expires_in"]?.integer ?? 3600, 0), 86_400)
            ),
            refreshToken: Secret(refreshToken), scopes: scopes ?? [GmailScope.insert],
            refreshTokenSeconds: answer?["refresh_token_expires_in"]?.integer)
    }

    private static func refusal(_ status: Int, _ answer: JSONValue?) -> Failure {
        let reason = String((answer?["error"]?.string ?? "HTTP \(status)").prefix(60))
        switch reason {
        case _ where Failure.isOfClient(reason):
            return Failure(
                .failed,
                "Google does not know the OAuth client, or its secret was changed (\(reason)); "
                    + "nothing was written: download its file again and name it with --client.")
        case "invalid_grant":
            return Failure(
                .failed,
                "Google does not take the code (\(reason)): it is old or was used before; nothing "
                    + "was written: run it again.")
        case _ where status >= 500 || status == 429:
            return Failure(
                .unreachable,
                "Google failed at giving a token (\(reason)); nothing was written: run it again in "
                    + "a minute.")
        default:
            return Failure(
                .failed,
                "Google gave no token (\(reason), \(status)); nothing was written: run it again.")
        }
    }
}
