import HTTP
import JSON
import TestSupport
import Testing

@testable import Gmail

struct OAuthTokenTests {
    static let file = """
        {"token":"ya29.old","refresh_token":"1//r","token_uri":"https://evil.example/token",
        "client_id":"id.apps.googleusercontent.com","client_secret":"GOCSPX-s",
        "scopes":["https://www.googleapis.com/auth/gmail.insert"],"universe_domain":"googleapis.com",
        "account":"","expiry":"2025-01-18T10:00:00.123456Z","new":{"a":[1.50,null]}}
        """

    @Test("google-auth's file is read")
    func read() throws {
        let token = try OAuthToken(Secret(Self.file))
        #expect(token.clientID == "id.apps.googleusercontent.com")
        #expect(token.clientSecret == Secret("GOCSPX-s"))
        #expect(token.refreshToken == Secret("1//r"))
        #expect(token.access == AccessToken(value: Secret("ya29.old"), endsAt: 1_737_194_400))
    }

    @Test("What is written back keeps every field that we do not know, as it was")
    func roundTrip() throws {
        let token = try OAuthToken(Secret(Self.file))
        let access = AccessToken(value: Secret("ya29.new"), endsAt: 1_737_198_000)
        let written = token.file(with: access, refreshToken: Secret("1//rotated"))
        #expect(
            written.value
                == #"{"token_uri":"https://evil.example/token","#
                + #""client_id":"id.apps.googleusercontent.com","client_secret":"GOCSPX-s","#
                + #""scopes":["https://www.googleapis.com/auth/gmail.insert"],"#
                + #""universe_domain":"googleapis.com","account":"","new":{"a":[1.50,null]},"#
                + #""token":"ya29.new","refresh_token":"1//rotated","expiry":"2025-01-18T11:00:00Z"}"#
        )
        let again = try OAuthToken(written)
        #expect(again.access == access)
        #expect(again.refreshToken == Secret("1//rotated"))
    }

    @Test(
        "What is missing is named, and nothing of the rest shown",
        arguments: [
            ("", "it is no JSON"), ("hidden", "it is no JSON"), ("[]", "it has no client_id"),
            ("{}", "it has no client_id"), (#"{"client_id":"i"}"#, "it has no client_secret"),
            (#"{"client_id":"i","client_secret":"hidden"}"#, "it has no refresh_token"),
            (
                #"{"client_id":"i","client_secret":"hidden","refresh_token":""}"#,
                "it has no refresh_token"
            ),
            (
                #"{"client_id":7,"client_secret":"hidden","refresh_token":"hidden"}"#,
                "it has no client_id"
            ),
        ])
    func malformed(file: String, reason: String) {
        let error = #expect(throws: GmailError.malformedToken(reason)) {
            try OAuthToken(Secret(file))
        }
        #expect(error?.description.contains("hidden") == false)
    }

    @Test(
        "An access token without an end that is understood is none",
        arguments: [
            #""token":"t""#, #""token":"t","expiry":null"#, #""token":"t","expiry":"soon""#,
            #""token":"","expiry":"2025-01-18T10:00:00Z""#, #""expiry":"2025-01-18T10:00:00Z""#,
            #""token":"t","expiry":1737194400"#,
        ])
    func noAccess(fields: String) throws {
        let file = #"{"client_id":"i","client_secret":"s","refresh_token":"r",\#(fields)}"#
        #expect(try OAuthToken(Secret(file)).access == nil)
    }

    @Test(
        "A moment is read as Python writes it",
        arguments: [
            ("2025-01-18T10:00:00Z", 1_737_194_400), ("2025-01-18T10:00:00", 1_737_194_400),
            ("2025-01-18T10:00:00.999999Z", 1_737_194_400),
            ("2025-01-18T10:00:00.999999", 1_737_194_400), ("2024-02-29T23:59:59Z", 1_709_251_199),
            ("2025-01-18 10:00:00Z", nil), ("2025-01-18", nil), ("2025-01-18T10:00Z", nil),
            ("2025-01-18T10:00:00+11:00", nil), ("2025-01-18T10:00:00-05:00", nil),
            ("", nil), ("-", nil), ("xxxx-xx-xxTxx:xx:xxZ", nil),
        ] as [(String, Int?)])
    func moments(text: String, expected: Int?) {
        #expect(OAuthToken.epochSeconds(text) == expected)
    }

    @Test("A token file is never printed")
    func secrets() throws {
        let token = try OAuthToken(Secret(Self.file))
        var dumped = ""
        dump(token.access, to: &dumped)
        dump(token.clientSecret, to: &dumped)
        #expect(!dumped.contains("ya29") && !dumped.contains("GOCSPX"))
    }
}
