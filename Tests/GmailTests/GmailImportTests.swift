import Foundation
import HTTP
import TestSupport
import Testing

@testable import Gmail

@Suite(.waiting)
struct GmailImportTests {
    @Test("A small mail goes out in one request, whole, its bytes untouched")
    func multipart() throws {
        let server = try LoopbackServer(answers: [Answer(200, [], #"{"id":"18c"}"#)])
        let mail = Array("From: a@b\nSubject: \u{0}é\r\n\r\n.\r\n--boundary-\r\n\u{1A}".utf8)
        let file = ScratchFile(mail)
        let id = try gmail(server).importMail(
            .init(
                header: Array("Message-ID: <m@ses-mail.invalid>\r\n".utf8),
                descriptor: file.descriptor, fileCount: Int64(mail.count)),
            into: "me+x/y@gmail.com", with: Self.token)
        #expect(id == "18c")
        let request = try #require(server.requests.first)
        let text = "\(request.head)\r\n\r\n\(request.bodyText)"
            .replacing(server.address, with: "HOST")
            .replacing("\r\n", with: "\\r\n").replacing("\0", with: "\\0")
            .replacing("\u{1A}", with: "\\u{1A}")
        #expect(try text == GoldenFile("multipart.golden").accepted(text))
        #expect(request.header("Content-Length") == "\(request.body.count)")
    }

    @Test(
        "The published mails arrive byte for byte",
        .enabled(if: Repository.testData != nil, "SES_MAIL_TEST_DATA is not set"))
    func publishedMails() throws {
        let folder = try #require(Repository.testData).appending(path: "mail")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".eml") }
        #expect(names.count > 50)
        let server = try LoopbackServer(answers: [Answer(200, [], #"{"id":"1"}"#)])
        let gmail = gmail(server)
        for name in names {
            let mail = Array(try Data(contentsOf: folder.appending(path: name)))
            let file = ScratchFile(mail)
            _ = try gmail.importMail(
                .init(header: [], descriptor: file.descriptor, fileCount: Int64(mail.count)),
                into: "me@gmail.com", with: Self.token)
            let body = try #require(server.requests.last).body
            let opening =
                "--boundary\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n"
                + #"{"labelIds":["INBOX","UNREAD"]}"#
                + "\r\n--boundary\r\nContent-Type: message/rfc822\r\n\r\n"
            #expect(
                body == Array(opening.utf8) + mail + Array("\r\n--boundary--\r\n".utf8), "\(name)")
        }
    }

    @Test("A mail is the header and then the file, from any offset")
    func parts() throws {
        let file = ScratchFile(Array("0123456789".utf8))
        let mail = GmailAPI.Mail(
            header: Array("abc".utf8), descriptor: file.descriptor, fileCount: 10)
        let server = try LoopbackServer(answers: [Answer(200)])
        for offset in 0...13 {
            _ = try CurlClient().send(
                HTTPRequest(
                    .put, server.url, body: HTTPBody(parts: mail.parts(from: Int64(offset))),
                    name: CallName("Test", "parts")))
            #expect(server.requests.last?.bodyText == String("abc0123456789".dropFirst(offset)))
        }
    }

    /// Google's answer, how often the import is sent, and what becomes of it; nil is success.
    private static let answers: [(Int, String, Int, GmailError?)] = [
        (200, #"{"id":"1"}"#, 1, nil), (200, "", 1, unconfirmed(200)),
        (200, "<html>a proxy's page</html>", 1, unconfirmed(200)),
        (200, #"{"id":""}"#, 1, unconfirmed(200)), (202, "{}", 1, unconfirmed(202)),
        (401, reason("authError"), 1, .unauthorized(mailbox: "me@gmail.com")),
        (403, reason("rateLimitExceeded"), 4, refused(403, "rateLimitExceeded")),
        (403, reason("userRateLimitExceeded"), 4, refused(403, "userRateLimitExceeded")),
        (403, reason("quotaExceeded"), 4, refused(403, "quotaExceeded")),
        (403, reason("forbidden"), 1, refused(403, "forbidden")),
        (403, #"{"error":{"status":"PERMISSION_DENIED"}}"#, 1, refused(403, "PERMISSION_DENIED")),
        (400, reason("invalidArgument"), 1, refused(400, "invalidArgument")),
        (404, "<html>", 1, refused(404, "HTTP 404")), (413, "", 1, refused(413, "HTTP 413")),
        (408, "", 4, refused(408, "HTTP 408")), (429, "", 4, refused(429, "HTTP 429")),
        (500, reason("backendError"), 4, refused(500, "backendError")),
        (503, "", 4, refused(503, "HTTP 503")), (302, "", 1, refused(302, "HTTP 302")),
    ]

    @Test("Only what Google says to try again is tried again", arguments: answers.indices)
    func retries(row: Int) throws {
        let (status, body, sends, expected) = Self.answers[row]
        let client = FakeClient(HTTPResponse(status, json: body))
        let outcome = Result { () throws(GmailError) in
            try gmail(client).importMail(Self.small(), into: "me@gmail.com", with: Self.token)
        }
        if let expected {
            #expect(outcome == .failure(expected))
        } else {
            #expect(throws: Never.self) { try outcome.get() }
        }
        #expect(client.requests.count == sends)
    }

    @Test("An import without an answer is not repeated, but one that was not sent is")
    func unanswered() {
        let name = CallName("Gmail", "import")
        for (error, sends) in [
            (HTTPError.timedOut(name), 1), (.connectionLost(name, reason: ""), 1),
            (.notSent(name, reason: ""), 4),
        ] {
            let client = FakeClient([.failure(error)])
            #expect(throws: GmailError.unanswered(error)) {
                try gmail(client).importMail(Self.small(), into: "me@gmail.com", with: Self.token)
            }
            #expect(client.requests.count == sends)
        }
    }

    @Test("An error names no address, but for a mailbox that the token does not open")
    func descriptions() {
        #expect(
            Self.refused(403, "forbidden").description
                == "Gmail.import was refused for me@gmail.com: forbidden (403)")
        let errors = [
            Self.refused(403, "userRateLimitExceeded"), Self.refused(404, "notFound"),
            .unauthorized(mailbox: "me@gmail.com"), .tokenInvalid(mailbox: "me@gmail.com"),
        ]
        #expect(errors.allSatisfy { !$0.description.contains("@") })
        #expect(errors[1].description == "Gmail.import was refused: notFound (404)")
    }

    @Test(
        "Google's own sentence stands behind its reason",
        arguments: [
            (400, "Invalid attachment. Please check https://support.google.com/mail/answer/6590."),
            (403, "Delegation denied"), (429, "User-rate limit exceeded."), (503, "Try later"),
        ])
    func messages(status: Int, message: String) throws {
        let body = """
            {"error":{"code":\(status),"message":"\(message)","errors":[{"message":"other",
            "domain":"global","reason":"invalidArgument"}],"status":"INVALID_ARGUMENT"}}
            """
        let client = FakeClient(HTTPResponse(status, json: body))
        let error = #expect(throws: GmailError.self) {
            try gmail(client).importMail(Self.small(), into: "me@gmail.com", with: Self.token)
        }
        let whose = status == 403 ? " for me@gmail.com" : ""
        #expect(
            error?.description
                == "Gmail.import was refused\(whose): invalidArgument (\(status)): \(message)")
    }

    @Test("The added Message-ID counts toward what goes out in one request", arguments: [-3, -2])
    func limit(beyond: Int64) throws {
        let client = FakeClient(
            HTTPResponse(
                status: 200, headers: ["Location": "http://127.0.0.1/session"],
                body: Array(#"{"id":"1"}"#.utf8)))
        _ = try gmail(client).importMail(
            .init(
                header: Array("abc".utf8), descriptor: -1, fileCount: Int64(5 << 20) + beyond),
            into: "me@gmail.com", with: Self.token)
        let kind = beyond == -3 ? "uploadType=multipart&" : "uploadType=resumable&"
        #expect(client.requests[0].url.contains(kind))
        #expect(client.requests.count == (beyond == -3 ? 1 : 2))
    }

    @Test("A mail has 100 seconds to reach Gmail, in one request or in a session")
    func timeouts() throws {
        for count in [0, Int64(6 << 20)] {
            let client = FakeClient(
                HTTPResponse(
                    status: 200, headers: ["Location": "http://127.0.0.1/session"],
                    body: Array(#"{"id":"1"}"#.utf8)))
            _ = try gmail(client).importMail(
                .init(header: [], descriptor: -1, fileCount: count), into: "me@gmail.com",
                with: Self.token)
            #expect(client.requests.map(\.timeoutSeconds) == (count == 0 ? [100] : [100, 100]))
            // The mail itself is sent once.
            #expect(client.requests.last?.isRepeatable == false)
        }
    }

    @Test("A success without the mail's id is no success")
    func unconfirmed() {
        for body in ["", "<html>", "{}", #"{"id":null}"#, #"{"id":""}"#] {
            let client = FakeClient(HTTPResponse(200, json: body))
            #expect(throws: Self.unconfirmed(200)) {
                try gmail(client).importMail(Self.small(), into: "me@gmail.com", with: Self.token)
            }
            #expect(client.requests.count == 1)
        }
        #expect(
            Self.unconfirmed(200).description
                == "Gmail.import was answered without the mail's id (200)")
    }

    @Test("Boundaries differ, and are no longer than RFC 2046 allows")
    func boundaries() {
        let boundaries = (0..<100).map { _ in GmailAPI.randomBoundary() }
        #expect(Set(boundaries).count == 100)
        #expect(boundaries.allSatisfy { $0.count <= 70 && $0.hasPrefix("ses-mail-") })
    }

    static let token = AccessToken(value: Secret("ya29.token"), endsAt: 0)

    private static func small() -> GmailAPI.Mail {
        GmailAPI.Mail(header: [], descriptor: -1, fileCount: 0)
    }

    private static func reason(_ reason: String) -> String {
        #"{"error":{"code":1,"errors":[{"reason":"\#(reason)"}],"status":"X"}}"#
    }

    private static func unconfirmed(_ status: Int) -> GmailError {
        .unconfirmed(CallName("Gmail", "import"), status: status)
    }

    private static func refused(_ status: Int, _ reason: String) -> GmailError {
        .refused(
            CallName("Gmail", "import"), status: status, reason: reason, mailbox: "me@gmail.com")
    }

    private func gmail(_ server: LoopbackServer) -> GmailAPI {
        GmailAPI(
            CurlClient(), endpoint: server.url + "/", pacing: FakeTime().pacing,
            boundary: { "boundary" })
    }

    private func gmail(_ client: FakeClient) -> GmailAPI {
        GmailAPI(client, endpoint: "http://127.0.0.1", pacing: FakeTime(secondsLeft: 300).pacing)
    }
}
