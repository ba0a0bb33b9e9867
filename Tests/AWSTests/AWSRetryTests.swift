import HTTP
import Process
import TestSupport
import Testing
import Text

@testable import AWS

struct AWSRetryTests {
    @Test(
        "What the SDKs repeat is repeated, and nothing else",
        arguments: [
            (200, "", .accept), (400, "ValidationException", .accept), (403, "Denied", .accept),
            (404, "", .accept), (409, "ConditionalCheckFailedException", .accept),
            (429, "", .refused), (429, "AnyException", .refused), (500, "", .failed),
            (502, "", .failed), (503, "", .failed), (504, "", .failed), (501, "", .accept),
            (503, "SlowDown", .refused), (400, "ThrottlingException", .refused),
            (400, "Throttling", .refused), (400, "RequestLimitExceeded", .refused),
            (400, "ProvisionedThroughputExceededException", .refused),
            (400, "TooManyUpdates", .refused), (400, "TransactionInProgressException", .refused),
            (400, "RequestTimeout", .failed), (400, "InternalServerError", .failed),
            (500, "InternalFailure", .failed), (400, "LimitExceededException", .accept),
            (409, "LimitExceeded", .accept), (400, "SendingPausedException", .accept),
            (400, "MessageRejected", .accept), (403, "RequestTimeTooSkewed", .corrected),
            (403, "RequestExpired", .corrected), (403, "SignatureDoesNotMatch", .accept),
        ] as [(Int, String, RetryingClient.Decision)])
    func advice(status: Int, code: String, expected: RetryingClient.Decision) {
        let response = HTTPResponse(status, json: code.isEmpty ? "" : #"{"__type":"\#(code)"}"#)
        #expect(AWSClient.retryDecision(response) == expected)
    }

    @Test("A throttled mail is sent again, and one that SES may have taken is not")
    func sendEmail() throws {
        let message = Array("Subject: x\r\n\r\n".utf8)
        let throttled = FakeClient(
            HTTPResponse(429, json: #"{"message":"later"}"#),
            HTTPResponse(200, json: #"{"MessageId":"0100"}"#))
        let id = try SESv2(AWSSession.test(throttled)).sendEmail(
            from: "a@b", to: "c@d", raw: message)
        #expect(id == "0100")
        #expect(throttled.requests.count == 2)

        for outcome: Result<HTTPResponse, HTTPError> in [
            .success(HTTPResponse(status: 503)),
            .failure(.timedOut(CallName("SESv2", "SendEmail"))),
            .failure(.connectionLost(CallName("SESv2", "SendEmail"), reason: "reset")),
        ] {
            let broken = FakeClient([outcome])
            #expect(throws: AWSError.self) {
                try SESv2(AWSSession.test(broken)).sendEmail(from: "a@b", to: "c@d", raw: message)
            }
            #expect(broken.requests.count == 1)
        }
    }

    @Test("A read is tried three times, each time signed anew")
    func reads() throws {
        let client = FakeClient(HTTPResponse(status: 503))
        let table = DynamoDB(try AWSSession.test(client), table: "t")
        let error = #expect(throws: AWSError.self) {
            try table.getItem(key: ["PK": .string("a")])
        }
        #expect(error?.code == "HTTP 503")
        #expect(client.requests.count == 3)
        #expect(client.requests.allSatisfy { $0.headers["Authorization"] != nil })
    }

    @Test("A clock that is wrong is learned from the server, and the request signed again")
    func clockSkew() throws {
        let skewed = HTTPResponse(
            403, ["Date": "Sat, 18 Jan 2025 10:00:00 GMT"],
            json: #"{"__type":"InvalidSignatureException","message":"Signature expired: 2024"}"#)
        let client = FakeClient(skewed, HTTPResponse(200, json: "{}"))
        let signing = SigningClient(client, signer: SigningCase.plainSigner, epochSeconds: { 1 })
        let request = HTTPRequest(.get, "https://example.com/", name: CallName("S", "O"))
        #expect(try signing.send(request).status == 403)
        #expect(try signing.send(request).status == 200)
        #expect(try signing.send(request).status == 200)
        #expect(
            client.requests.map { $0.headers["X-Amz-Date"] }
                == ["19700101T000001Z", "20250118T100000Z", "20250118T100000Z"])
    }

    @Test("After midnight a warm process signs with the new day's key")
    func midnight() throws {
        // 2025-01-18T23:59:59Z, the same again, and two seconds later.
        var times = [1_737_244_799, 1_737_244_799, 1_737_244_801]
        let client = FakeClient(HTTPResponse(200, json: "{}"))
        let signing = SigningClient(
            client, signer: SigningCase.plainSigner, epochSeconds: { times.removeFirst() })
        let request = HTTPRequest(.get, "https://example.com/", name: CallName("S", "O"))
        let expected = times.map { seconds in
            SigningCase.plainSigner.signed(request, at: UTCTime(epochSeconds: seconds))
                .headers["Authorization"]
        }
        for _ in 0..<3 { _ = try signing.send(request) }
        #expect(client.requests.map { $0.headers["Authorization"] } == expected)
        #expect(expected[2]?.contains("/20250119/") == true)
    }

    @Test(
        "The clock stays where the refusal does not blame it, or tells no time",
        arguments: [
            ("AccessDeniedException", "Sat, 18 Jan 2025 10:00:00 GMT"),
            ("SignatureDoesNotMatch", "Sat, 18 Jan 2025 10:00:00 GMT"),
            ("RequestExpired", "2025-01-18T10:00:00Z"), ("RequestExpired", ""),
        ])
    func clockStays(code: String, date: String) throws {
        let refusal = HTTPResponse(403, ["Date": date], json: #"{"__type":"\#(code)"}"#)
        let client = FakeClient(refusal)
        let signing = SigningClient(client, signer: SigningCase.plainSigner, epochSeconds: { 1 })
        let request = HTTPRequest(.get, "https://example.com/", name: CallName("S", "O"))
        for _ in 0..<2 { _ = try signing.send(request) }
        #expect(client.requests.last?.headers["X-Amz-Date"] == "19700101T000001Z")
    }
}

extension SigningCase {
    static let plainSigner = SigningCase(url: "https://example.com/", service: "dynamodb").signer
}

extension AWSSession {
    static let variables = [
        "AWS_REGION": "ap-southeast-2", "AWS_ACCESS_KEY_ID": "ASIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "FwoGToken",
    ]

    /// A session of the usual variables and these.
    static func test(
        _ http: any HTTPClient, _ more: [String: String] = [:], time: FakeTime = FakeTime()
    ) throws -> AWSSession {
        let all = variables.merging(more) { $1 }
        return try AWSSession(Environment(all), http: http, pacing: time.pacing)
    }
}
