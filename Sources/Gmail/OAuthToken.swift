package import HTTP
internal import JSON
internal import Text

/// A token file of google-auth: the consent of one Gmail account. Unknown fields are kept for the
/// day the file is written back
/// (https://googleapis.dev/python/google-auth/latest/reference/google.oauth2.credentials.html).
package struct OAuthToken: Equatable, Sendable {
    package let clientID: String
    package let clientSecret: Secret
    package let refreshToken: Secret
    /// The last access token, and when it ends (epoch seconds); a token without an end is old.
    package let access: AccessToken?
    private let document: JSONValue

    /// - Throws: `GmailError.malformedToken`, which names the missing field and nothing else.
    package init(_ file: Secret) throws(GmailError) {
        // The place of the error would not help, and might quote a secret.
        guard let document = try? JSONValue(parsing: file.value) else {
            throw .malformedToken("it is no JSON")
        }
        self.document = document
        clientID = try OAuthToken.field("client_id", of: document)
        clientSecret = Secret(try OAuthToken.field("client_secret", of: document))
        refreshToken = Secret(try OAuthToken.field("refresh_token", of: document))
        if let value = document["token"]?.string, !value.isEmpty,
            let end = document["expiry"]?.string.flatMap(OAuthToken.epochSeconds)
        {
            access = AccessToken(value: Secret(value), endsAt: end)
        } else {
            access = nil
        }
    }

    /// The file with a new access token, and with Google's new refresh token where it gave one.
    package func file(with access: AccessToken, refreshToken: Secret) -> Secret {
        let news: [JSONValue.Member] = [
            .init("token", .string(access.value.value)),
            .init("refresh_token", .string(refreshToken.value)),
            .init("expiry", .string(UTCTime(epochSeconds: access.endsAt).rfc3339)),
        ]
        let kept = (document.members ?? []).filter { old in
            !news.contains { $0.name == old.name }
        }
        return Secret(String(decoding: JSONValue.object(kept + news).bytes, as: UTF8.self))
    }

    /// The moment as Python writes it, with a fraction or without. The time is UTC also where the
    /// `Z` is left out, as in files of older versions.
    static func epochSeconds(_ expiry: String) -> Int? {
        UTCTime(rfc3339: expiry.hasSuffix("Z") ? expiry : expiry + "Z")?.epochSeconds
    }

    private static func field(_ name: String, of document: JSONValue) throws(GmailError) -> String {
        guard let value = document[name]?.string, !value.isEmpty else {
            throw .malformedToken("it has no \(name)")
        }
        return value
    }
}

/// A token that opens a mailbox for about an hour.
package struct AccessToken: Equatable, Sendable {
    package let value: Secret
    /// Epoch seconds.
    package let endsAt: Int

    package init(value: Secret, endsAt: Int) {
        self.value = value
        self.endsAt = endsAt
    }
}
