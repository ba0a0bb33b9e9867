import HTTP
import TestSupport
import Testing

@testable import Gmail

/// A mail above 5 MB, against a server that plays Google's sessions.
struct ResumableUploadTests {
    private static let count = 6 << 20
    private static let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    private let file = ScratchFile(content)

    @Test("A large mail is announced, then sent whole to the session")
    func whole() throws {
        let google = try GoogleUploads()
        #expect(try upload(google) == "big")
        let requests = google.server.requests
        try #require(requests.count == 2)
        #expect(requests[0].method == "POST")
        #expect(
            requests[0].target
                == "/upload/gmail/v1/users/me%40gmail.com/messages/import"
                + "?uploadType=resumable&internalDateSource=receivedTime&neverMarkSpam=false")
        #expect(requests[0].bodyText == #"{"labelIds":["INBOX","UNREAD"]}"#)
        #expect(requests[0].header("X-Upload-Content-Type") == "message/rfc822")
        #expect(requests[0].header("X-Upload-Content-Length") == "\(Self.count + 3)")
        #expect(requests[1].method == "PUT")
        #expect(requests[1].target == "/session/1?upload_id=a%2Fb")
        #expect(requests[1].header("Content-Range") == nil)
        #expect(requests[1].header("Authorization") == "Bearer ya29.token")
        #expect(requests[1].body == Array("abc".utf8) + Self.content)
    }

    @Test("What Google has not taken is sent from where it stopped")
    func partial() throws {
        let google = try GoogleUploads(puts: [.taken(1 << 20), .taken((1 << 20) + 7), .finished])
        let time = FakeTime(secondsLeft: 300)
        #expect(try upload(google, time) == "big")
        #expect(time.pauses == [1, 2])
        #expect(
            google.ranges == [
                nil, "bytes 1048576-6291458/6291459", "bytes 1048583-6291458/6291459",
            ])
        #expect(google.server.requests.last?.body == Array(Self.content[(1_048_583 - 3)...]))
    }

    @Test("Where Google names no range it has nothing, and gets the mail from its start")
    func nothingTaken() throws {
        let google = try GoogleUploads(puts: [.taken(0), .finished])
        #expect(try upload(google) == "big")
        #expect(google.ranges == [nil, nil])
        #expect(google.server.requests.last?.body.count == Self.count + 3)
    }

    @Test("A connection that breaks is followed by the question how far it came")
    func broken() throws {
        let google = try GoogleUploads(puts: [.broken, .taken(5 << 20), .finished])
        let time = FakeTime(secondsLeft: 300)
        #expect(try upload(google, time) == "big")
        #expect(
            google.ranges == [nil, "bytes */6291459", "bytes 5242880-6291458/6291459"])
        #expect(google.server.requests.dropLast().last?.body.isEmpty == true)
        #expect(time.pauses == [1, 2])
    }

    @Test("A question that is answered with the mail's id is the end")
    func alreadyIn() throws {
        let google = try GoogleUploads(puts: [.broken, .finished])
        #expect(try upload(google) == "big")
        #expect(google.ranges == [nil, "bytes */6291459"])
    }

    @Test("While Google finishes a mail that it has whole, it is asked after a pause each time")
    func wholeButUnfinished() throws {
        let whole = GoogleUploads.Put.taken(Self.count + 3)
        let google = try GoogleUploads(puts: [whole, whole, whole, .finished])
        let time = FakeTime(secondsLeft: 300)
        #expect(try upload(google, time) == "big")
        #expect(google.ranges == [nil] + Array(repeating: "bytes */6291459", count: 3))
        #expect(time.pauses == [1, 2, 4])
    }

    @Test("A pause is never shorter than Google asks for")
    func retryAfter() throws {
        let google = try GoogleUploads(puts: [
            .answer(503, ["Retry-After: 7"]), .answer(308, ["Retry-After: 1"]), .finished,
        ])
        let time = FakeTime(secondsLeft: 300)
        #expect(try upload(google, time) == "big")
        #expect(time.pauses == [7, 2])
    }

    @Test("Where Google asks for a longer pause than there is time, the upload ends")
    func tooLong() throws {
        let google = try GoogleUploads(puts: [.answer(503, ["Retry-After: 60"])])
        let time = FakeTime(secondsLeft: 60.5)
        #expect(throws: GmailError.self) { try upload(google, time) }
        #expect(google.ranges.count == 1 && time.pauses.isEmpty)
    }

    @Test("A busy server is asked again after a pause", arguments: [429, 500, 503])
    func busy(status: Int) throws {
        let google = try GoogleUploads(puts: [.status(status), .status(status), .finished])
        let time = FakeTime(secondsLeft: 300)
        #expect(try upload(google, time) == "big")
        #expect(google.ranges == [nil, "bytes */6291459", "bytes */6291459"])
        #expect(time.pauses == [1, 2])
    }

    @Test("A session that Google forgot is begun anew, once", arguments: [404, 410])
    func forgotten(status: Int) throws {
        let google = try GoogleUploads(puts: [.status(status), .finished])
        #expect(try upload(google) == "big")
        #expect(google.server.requests.map(\.method) == ["POST", "PUT", "POST", "PUT"])
        #expect(google.server.requests.last?.target == "/session/2?upload_id=a%2Fb")
        let again = try GoogleUploads(puts: [.status(status)])
        #expect(throws: GmailError.uploadUnfinished("Gmail forgot the session")) {
            try upload(again)
        }
        #expect(again.server.requests.count == 4)
    }

    @Test("An upload that does not get on ends")
    func noProgress() throws {
        let google = try GoogleUploads(puts: [.taken(100)])
        let time = FakeTime(secondsLeft: 300)
        #expect(throws: GmailError.uploadUnfinished("Gmail has not taken the last bytes")) {
            try upload(google, time)
        }
        #expect(google.ranges.count == 6)
        #expect(time.pauses == [1, 2, 4, 8, 16])
    }

    @Test("Where the time ends, so does the upload")
    func outOfTime() throws {
        for put in [GoogleUploads.Put.broken, .status(503), .taken(100), .taken(Self.count + 3)] {
            let google = try GoogleUploads(puts: [put])
            let time = FakeTime(secondsLeft: 1.5)
            #expect(throws: GmailError.self) { try upload(google, time) }
            #expect(google.ranges.count == 1)
            #expect(time.pauses.isEmpty)
        }
    }

    @Test("A refusal of the session, or of the mail, is an answer", arguments: [400, 401, 403])
    func refused(status: Int) throws {
        let expected: GmailError =
            status == 401
            ? .unauthorized(mailbox: "me@gmail.com")
            : .refused(
                CallName("Gmail", "import"), status: status, reason: "HTTP \(status)",
                mailbox: "me@gmail.com")
        let atOnce = try GoogleUploads(session: Answer(status))
        #expect(throws: expected) { try upload(atOnce) }
        #expect(atOnce.server.requests.count == 1)
        let later = try GoogleUploads(puts: [.status(status)])
        #expect(throws: expected) { try upload(later) }
        #expect(later.server.requests.count == 2)
    }

    @Test("A session's end without the mail's id is no success")
    func unconfirmed() throws {
        for put in [GoogleUploads.Put.status(200), .status(201)] {
            let google = try GoogleUploads(puts: [.taken(1 << 20), put])
            let error = #expect(throws: GmailError.self) { try upload(google) }
            if case .unconfirmed? = error {} else { Issue.record("\(error as Any)") }
            #expect(google.ranges.count == 2)
        }
    }

    @Test("An announcement's success without a session is a refusal: no mail was sent")
    func noSession() throws {
        let google = try GoogleUploads(session: Answer(200, [], "<html>Welcome</html>"))
        #expect(throws: GmailError.self) { try upload(google) }
        #expect(google.server.requests.map(\.method) == ["POST"])
    }

    @Test(
        "The token goes to no session URI but Google's",
        arguments: [
            "http://127.0.0.1:1/session", "https://evil.example/upload",
            "https://googleapis.com.evil.example/", "https://evilgoogleapis.com/",
            "http://upload.googleapis.com/", "https://evil.example#.googleapis.com/",
            "https://evil.example\\.googleapis.com/", "https://evil.example?x.googleapis.com",
            "https://evil.example:1@x.googleapis.com/", "//upload.googleapis.com/", "/session",
            "https:evil.example/.googleapis.com", "",
        ])
    func untrusted(location: String) throws {
        let client = FakeClient(HTTPResponse(status: 200, headers: ["Location": location]))
        let error = #expect(throws: GmailError.self) { try upload(client) }
        #expect(
            error
                == .refused(
                    CallName("Gmail", "import"), status: 200,
                    reason: "no session URI of Google's", mailbox: "me@gmail.com"))
        #expect(client.requests.count == 1)
    }

    @Test(
        "A session URI of Google's is followed",
        arguments: [
            "https://www.googleapis.com/upload/x?upload_id=1", "https://a.b.googleapis.com/",
            "http://127.0.0.1/session?x",
        ])
    func trusted(location: String) throws {
        let client = FakeClient(
            HTTPResponse(status: 200, headers: ["Location": location]),
            HTTPResponse(200, json: #"{"id":"big"}"#))
        #expect(try upload(client) == "big")
        #expect(client.requests.last?.url == location)
    }

    private func upload(_ google: GoogleUploads, _ time: FakeTime = FakeTime(secondsLeft: 300))
        throws
        -> String
    {
        try upload(CurlClient(), google.server.url, time)
    }

    private func upload(_ client: FakeClient) throws -> String {
        try upload(client, "http://127.0.0.1", FakeTime())
    }

    private func upload(
        _ client: any HTTPClient, _ endpoint: String, _ time: FakeTime
    ) throws -> String {
        try GmailAPI(client, endpoint: endpoint, pacing: time.pacing).importMail(
            .init(
                header: Array("abc".utf8), descriptor: file.descriptor,
                fileCount: Int64(Self.count)),
            into: "me@gmail.com", with: GmailImportTests.token)
    }
}
