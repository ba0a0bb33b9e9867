internal import AWS
internal import HTTP
internal import JSON
internal import Text

/// The request for a person's consent, with the values that identify its answer
/// (RFC 8252; RFC 7636; https://developers.google.com/identity/protocols/oauth2/native-app)
struct AuthorizationRequest {
    let client: OAuthClient
    let redirectURI: String
    /// Returns with the answer; no other page that a browser shows can know it.
    let state: String
    /// The secret without which nobody can use the code; only the exchange receives it.
    let verifier: Secret
    /// The account that Google suggests.
    let loginHint: String?
    let scopes: [String]

    init(client: OAuthClient, redirectURI: String, loginHint: String?, withLabels: Bool) {
        scopes = [GmailScope.insert] + (withLabels ? [GmailScope.labels] : [])
        self.client = client
        self.redirectURI = redirectURI
        self.loginHint = loginHint
        state = Self.random()
        verifier = Secret(Self.random())
    }

    /// 256 random bits in 43 characters, the fewest that RFC 7636 §4.1 allows for a verifier.
    private static func random() -> String {
        base64URL((0..<32).map { _ in UInt8.random(in: .min ... .max) })
    }

    /// RFC 7636 §4.2, method S256.
    static func challenge(of verifier: Secret) -> String {
        base64URL(Digest.sha256(verifier.value))
    }

    /// RFC 4648 §5, without padding.
    private static func base64URL(_ bytes: [UInt8]) -> String {
        String(
            Base64.encode(bytes).compactMap { character -> Character? in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            })
    }

    /// The address of the consent page. With `prompt`, Google returns a refresh token also where
    /// the person has consented before.
    func url(at endpoint: String) -> String {
        let question = PercentEncoding.form([
            "client_id": client.id, "redirect_uri": redirectURI, "response_type": "code",
            "scope": scopes.joined(separator: " "), "state": state,
            "code_challenge": Self.challenge(of: verifier), "code_challenge_method": "S256",
            "access_type": "offline", "prompt": "consent",
        ])
        let hint = loginHint.map { "&" + PercentEncoding.form(["login_hint": $0]) } ?? ""
        return "\(endpoint)?\(question)\(hint)"
    }
}

/// The answer in the address that Google sends the browser back to.
enum AuthorizationAnswer: Equatable {
    case code(Secret)
    /// Google's reason: `access_denied` where the person refused.
    case refused(String)
    /// An answer to another request.
    case foreign
    /// No answer at all.
    case none

    /// - Parameter query: the text after the `?`.
    init(query: some StringProtocol, state: String) {
        var fields: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else { continue }
            fields[PercentEncoding.decode(String(sides[0]))] =
                PercentEncoding.decode(String(sides[1]))
        }
        guard let answer = fields["code"] ?? fields["error"], !answer.isEmpty else {
            self = .none
            return
        }
        guard let given = fields["state"], given.utf8.elementsEqual(state.utf8) else {
            self = .foreign
            return
        }
        self = fields["error"].map { .refused(String($0.prefix(60))) } ?? .code(Secret(answer))
    }

    /// The answer that a person has pasted: the whole address of the browser, or only the code.
    init(pasted line: String, state: String) {
        let text = line.filter { !$0.isWhitespace }
        if let question = text.firstIndex(of: "?") {
            let query = text[text.index(after: question)...].prefix { $0 != "#" }
            self = AuthorizationAnswer(query: query, state: state)
        } else if text.utf8.count >= 20,
            text.utf8.allSatisfy({ PercentEncoding.isUnreserved($0) || "/%".utf8.contains($0) })
        {
            self = .code(Secret(PercentEncoding.decode(text)))
        } else {
            self = .none
        }
    }
}
