package import HTTP
internal import JSON

#if canImport(Glibc)
    internal import Glibc
#endif

/// What does a token file of google-auth hold? The consent of one Gmail account, with fields that
/// we do not know kept for the day it is written back
/// (https://googleapis.dev/python/google-auth/latest/reference/google.oauth2.credentials.html).
package struct OAuthToken: Equatable, Sendable {
    package let clientID: String
    package let clientSecret: Secret
    package let refreshToken: Secret
    /// The last access token, and when it ends (epoch seconds); a token without an end is old.
    package let access: AccessToken?
    private let document: JSONValue

    /// - Throws: `GmailError.malformedToken`, which tells what is missing and nothing of the rest.
    package init(_ file: Secret) throws(GmailError) {
        // Where the file breaks off is no help, and near a secret.
        guard let document = try? JSONValue(parsing: file.value) else {
            throw .malformedToken("it is no JSON")
        }
        self.document = document
        clientID = try OAuthToken.field("client_id", of: document)
        clientSecret = Secret(try OAuthToken.field("client_secret", of: document))
        refreshToken = Secret(try OAuthToken.field("refresh_token", of: document))
        if let value = document["token"]?.string, !value.isEmpty,
            let end = document["expiry"]?.string.flatMap(ISO8601.epochSeconds)
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
            .init("expiry", .string(UTCTime(epochSeconds: access.endsAt).extended())),
        ]
        let kept = (document.members ?? []).filter { old in
            !news.contains { $0.name == old.name }
        }
        return Secret(String(decoding: JSONValue.object(kept + news).bytes, as: UTF8.self))
    }

    private static func field(_ name: String, of document: JSONValue) throws(GmailError) -> String {
        guard let value = document[name]?.string, !value.isEmpty else {
            throw .malformedToken("it has no \(name)")
        }
        return value
    }
}

/// What opens a mailbox for the next hour?
package struct AccessToken: Equatable, Sendable {
    package let value: Secret
    /// Epoch seconds.
    package let endsAt: Int

    package init(value: Secret, endsAt: Int) {
        self.value = value
        self.endsAt = endsAt
    }
}

/// `2025-01-18T10:00:00.123456Z`, as Python writes a UTC time.
enum ISO8601 {
    /// nil for any other form, one with an offset above all; the fraction is dropped.
    static func epochSeconds(_ text: String) -> Int? {
        let fields = text.split { "-T:.Z".contains($0) }.prefix(6).map { Int32($0) }
        guard fields.count == 6, text.utf8.count >= 19,
            text.utf8.dropFirst(19).allSatisfy({
                $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-")
            })
        else { return nil }
        let numbers = fields.compactMap { $0 }
        guard numbers.count == 6 else { return nil }
        var utc = tm()
        utc.tm_year = numbers[0] - 1900
        utc.tm_mon = numbers[1] - 1
        utc.tm_mday = numbers[2]
        utc.tm_hour = numbers[3]
        utc.tm_min = numbers[4]
        utc.tm_sec = numbers[5]
        return timegm(&utc)
    }
}
