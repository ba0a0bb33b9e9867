internal import Gmail
internal import HTTP
internal import JSON
internal import Text

/// A token file, and what it says beside its secrets: google-auth's token.json, as it is stored
/// (https://googleapis.dev/python/google-auth/latest/reference/google.oauth2.credentials.html).
struct TokenFile {
    let content: Secret
    let token: OAuthToken
    /// The account's address; google-auth leaves it empty.
    let account: String?
    let scopes: [String]

    /// - Throws: `GmailError.malformedToken`.
    init(_ content: Secret) throws(GmailError) {
        token = try OAuthToken(content)
        self.content = content
        // `OAuthToken` has read it: it is JSON.
        let document = try? JSONValue(parsing: content.value)
        let account = document?["account"]?.string ?? ""
        self.account = account.isEmpty ? nil : account
        // google-auth takes a list or words.
        scopes =
            document?["scopes"]?.array?.compactMap(\.string)
            ?? document?["scopes"]?.string?.split(separator: " ").map(String.init) ?? []
    }

    /// The file that google-auth would write for a new consent.
    static func content(
        of consent: CodeExchange.Consent, client: OAuthClient, account: String
    ) -> Secret {
        let document: JSONValue = [
            "token": .string(consent.access.value.value),
            "refresh_token": .string(consent.refreshToken.value),
            "token_uri": "https://oauth2.googleapis.com/token",
            "client_id": .string(client.id), "client_secret": .string(client.secret.value),
            "scopes": .array(consent.scopes.map { .string($0) }),
            "universe_domain": "googleapis.com", "account": .string(account),
            "expiry": .string(UTCTime(epochSeconds: consent.access.endsAt).rfc3339),
        ]
        return Secret(String(decoding: document.bytes, as: UTF8.self))
    }
}
