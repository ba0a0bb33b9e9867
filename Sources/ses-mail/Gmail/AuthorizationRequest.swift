internal import AWS
internal import HTTP
internal import JSON

/// What is a person asked, and how is the answer known to be one to it?
/// (RFC 8252; RFC 7636; https://developers.google.com/identity/protocols/oauth2/native-app)
struct AuthorizationRequest {
    let client: OAuthClient
    let redirectURI: String
    /// Comes back with the answer; no page that a browser happens to show can know it.
    let state: String
    /// Only who knows it can use the code, and it never leaves this process but to the exchange.
    let verifier: Secret
    /// The account that Google proposes.
    let loginHint: String?

    init(client: OAuthClient, redirectURI: String, loginHint: String?) {
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

    /// The page at which a person consents. `prompt` brings a refresh token also to who has
    /// consented before.
    func url(at endpoint: String) -> String {
        let question = PercentEncoding.form([
            "client_id": client.id, "redirect_uri": redirectURI, "response_type": "code",
            "scope": GmailScope.insert, "state": state,
            "code_challenge": Self.challenge(of: verifier), "code_challenge_method": "S256",
            "access_type": "offline", "prompt": "consent",
        ])
        let hint = loginHint.map { "&" + PercentEncoding.form(["login_hint": $0]) } ?? ""
        return "\(endpoint)?\(question)\(hint)"
    }
}

/// What does the address say that Google sent the browser back to?
enum AuthorizationAnswer: Equatable {
    case code(Secret)
    /// Google's own word: `access_denied` where the person said no.
    case refused(String)
    /// An answer to another question.
    case foreign
    /// No answer at all.
    case none

    /// - Parameter query: what stands behind the `?`.
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

    /// What a person has pasted: the whole address that the browser shows, or the code alone.
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
