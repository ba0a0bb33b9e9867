internal import Gmail
internal import HTTP
internal import JSON
internal import Text

/// A token file and its fields beside the secrets: google-auth's token.json, as it is stored
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
        // `OAuthToken` has read it, so it is JSON.
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

/// The OAuth client that asks for consent: a Desktop client of a Google Cloud project.
struct OAuthClient: Equatable {
    let id: String
    let secret: Secret

    init(id: String, secret: Secret) {
        self.id = id
        self.secret = secret
    }

    /// Reads the file that Google's console downloads: `{"installed": {"client_id": …,
    /// "client_secret": …}}`.
    init(_ bytes: [UInt8], named name: String) throws {
        // The parser's reason may lie near a secret, and helps nobody.
        guard let document = try? JSONValue(parsing: bytes) else {
            throw Failure(
                .failed,
                "\(name) is not valid JSON. Download the OAuth client's file again, in Google "
                    + "Cloud console, Google Auth Platform, Clients.")
        }
        if document["web"] != nil {
            throw Failure(
                .refused,
                "\(name) is the file of a Web client, which Google returns to its own site only. "
                    + "Make a client of the type Desktop app, and download its file.")
        }
        guard let id = document["installed"]?["client_id"]?.string, !id.isEmpty,
            let secret = document["installed"]?["client_secret"]?.string, !secret.isEmpty
        else {
            throw Failure(
                .failed,
                "\(name) is not the file of a Desktop client: it has no client_id and "
                    + "client_secret under \"installed\". Download it in Google Cloud console, "
                    + "Google Auth Platform, Clients.")
        }
        self.id = id
        self.secret = Secret(secret)
    }
}

/// The OAuth scopes that allow an import, and those that allow looking up and making labels.
/// (https://developers.google.com/workspace/gmail/api/auth/scopes)
enum GmailScope {
    private static let prefix = "https://www.googleapis.com/auth/"
    static let insert = "\(prefix)gmail.insert"
    static let labels = "\(prefix)gmail.labels"
    /// Broader scopes, which allow both.
    private static let wider = ["\(prefix)gmail.modify", "https://mail.google.com/"]

    static func allowImport(_ scopes: [String]) -> Bool {
        scopes.contains { $0 == insert || wider.contains($0) }
    }

    static func allowLabels(_ scopes: [String]) -> Bool {
        scopes.contains { $0 == labels || wider.contains($0) }
    }

    /// The short form: `gmail.insert`.
    static func short(_ scope: String) -> String {
        scope.hasPrefix(prefix) ? String(scope.dropFirst(prefix.count)) : scope
    }
}
