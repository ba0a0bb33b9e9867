import HTTP
import TestSupport
import Testing

@testable import Gmail

struct GoogleOAuthTests {
    @Test("A refresh is one form to the given endpoint, never to the file's token_uri")
    func form() throws {
        let client = FakeClient(
            HTTPResponse(200, json: #"{"access_token":"ya29.new","expires_in":3599}"#))
        let grant = try refresh(client)
        let request = try #require(client.requests.first)
        #expect(request.method == .post)
        #expect(request.url == "http://127.0.0.1/token")
        #expect(request.headers["Content-Type"] == "application/x-www-form-urlencoded")
        #expect(
            String(decoding: request.body.bytes ?? [], as: UTF8.self)
                == "grant_type=refresh_token&client_id=id.apps.googleusercontent.com"
                + "&client_secret=GOCSPX-s&refresh_token=1%2F%2Fr")
        #expect(grant.access == AccessToken(value: Secret("ya29.new"), endsAt: 1000 + 3599))
        #expect(grant.refreshToken == Secret("1//r"))
    }

    @Test(
        "The token's life and a rotated refresh token are read as they come",
        arguments: [
            (#","expires_in":"60""#, 1060, "1//r"), ("", 4600, "1//r"),
            (#","expires_in":null,"refresh_token":"1//new""#, 4600, "1//new"),
        ])
    func answers(more: String, endsAt: Int, refreshToken: String) throws {
        let client = FakeClient(HTTPResponse(200, json: #"{"access_token":"t"\#(more)}"#))
        let grant = try refresh(client)
        #expect(grant.access.endsAt == endsAt)
        #expect(grant.refreshToken == Secret(refreshToken))
    }

    @Test(
        "A lifetime that no token has is none that breaks us",
        arguments: [
            ("9223372036854775807", 87_400), ("-9223372036854775808", 1000), ("1e18", 87_400),
            (#""9223372036854775807""#, 87_400), ("-1", 1000), ("0", 1000),
        ])
    func lifetimes(lifetime: String, endsAt: Int) throws {
        let client = FakeClient(
            HTTPResponse(200, json: #"{"access_token":"t","expires_in":\#(lifetime)}"#))
        #expect(try refresh(client).access.endsAt == endsAt)
    }

    @Test("What the token may do is told where Google says so")
    func scopes() throws {
        let client = FakeClient(HTTPResponse(200, json: #"{"access_token":"t","scope":"a b"}"#))
        #expect(try refresh(client).scopes == ["a", "b"])
        #expect(
            try refresh(FakeClient(HTTPResponse(200, json: #"{"access_token":"t"}"#))).scopes
                == nil)
    }

    @Test("An empty refresh token does not replace the one that works")
    func emptyRefreshToken() throws {
        let client = FakeClient(
            HTTPResponse(200, json: #"{"access_token":"t","refresh_token":""}"#))
        #expect(try refresh(client).refreshToken == Secret("1//r"))
    }

    @Test(
        "Only invalid_grant means that a person must consent again",
        arguments: [
            (400, #"{"error":"invalid_grant","error_description":"hidden"}"#, nil),
            (401, #"{"error":"invalid_client","error_description":null}"#, "invalid_client"),
            (400, #"{"error":"invalid_request"}"#, "invalid_request"),
        ] as [(Int, String, String?)])
    func refusals(status: Int, body: String, reason: String?) {
        let expected = reason.map {
            GmailError.refused(
                CallName("Google", "token"), status: status, reason: $0, mailbox: "me@gmail.com")
        }
        let error = #expect(throws: GmailError.self) {
            try refresh(FakeClient(HTTPResponse(status, json: body)))
        }
        #expect(error == expected ?? .tokenInvalid(mailbox: "me@gmail.com"))
        #expect(error?.description.contains("hidden") == false)
    }

    @Test("Google's own sentence stands behind its reason, without an address")
    func sentence() {
        let body = """
            {"error":"invalid_client",
            "error_description":"The client of me@gmail.com\\u0007 is gone"}
            """
        let error = #expect(throws: GmailError.self) {
            try refresh(FakeClient(HTTPResponse(401, json: body)))
        }
        #expect(
            error?.description
                == "Google.token was refused: invalid_client (401): The client of (address) is gone"
        )
    }

    @Test(
        "What is neither a token nor an error of Google's is a proxy's, and passes",
        arguments: [
            (200, #"{"access_token":""}"#), (200, "<html>"), (200, ""), (403, "<html>"),
            (404, ""), (302, ""), (200, #"{"error":"invalid_grant"}"#),
        ])
    func proxy(status: Int, body: String) {
        let error = #expect(throws: GmailError.self) {
            try refresh(FakeClient(HTTPResponse(status, json: body)))
        }
        #expect(error == .undecodable(CallName("Google", "token"), status: status))
        #expect(error?.isTransient == true)
    }

    @Test("A refresh is repeated when Google is busy, or nothing came back")
    func repeated() throws {
        let name = CallName("Google", "token")
        let client = FakeClient([
            .success(HTTPResponse(status: 503)), .failure(.connectionLost(name, reason: "")),
            .success(HTTPResponse(200, json: #"{"access_token":"t"}"#)),
        ])
        #expect(try refresh(client).access.value == Secret("t"))
        #expect(client.requests.count == 3)
        #expect(throws: GmailError.unanswered(.timedOut(name))) {
            try refresh(FakeClient([.failure(.timedOut(name))]))
        }
    }

    private func refresh(_ client: FakeClient) throws -> GoogleOAuth.Grant {
        try GoogleOAuth(
            client, endpoint: "http://127.0.0.1/token", pacing: FakeTime().pacing,
            epochSeconds: { 1000 }
        ).refresh(OAuthToken(Secret(OAuthTokenTests.file)), mailbox: "me@gmail.com")
    }
}
