internal import AWS
internal import HTTP
internal import JSON
internal import Text

/// The question for a person's consent, with what its answer is recognized by
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
