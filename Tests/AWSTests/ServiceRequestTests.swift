import Foundation
import HTTP
import TestSupport
import Testing
import Text

@testable import AWS

@Suite(.waiting)
struct ServiceRequestTests {
    @Test("The requests of all services are whole, and signed as they went over the wire")
    func wire() throws {
        let server = try LoopbackServer { request in
            switch request.header("X-Amz-Target") {
            case "AmazonSSM.GetParameter"?:
                Answer(200, [], #"{"Parameter":{"Value":"v","Version":7}}"#)
            case "AmazonSSM.PutParameter"?: Answer(200, [], #"{"Version":8}"#)
            case "AmazonSQS.GetQueueAttributes"?: Answer(200, [], Self.queue)
            case _ where request.target.hasPrefix("/v2/"): Answer(200, [], #"{"MessageId":"0100"}"#)
            case "DynamoDB_20120810.BatchGetItem"?: Answer(200, [], #"{"Responses":{}}"#)
            default: Answer(200, [], "{}")
            }
        }
        try callEverything(AWSSession.test(CurlClient(), ["AWS_ENDPOINT_URL": server.url]))
        for request in server.requests { try expectSignature(of: request, server) }
        let text = server.requests.map(masked).joined(separator: "\n\n----\n\n")
            .replacing(server.address, with: "HOST")
        #expect(try text == GoldenFile("requests.golden").accepted(text))
    }

    /// One call of each kind, with one attribute a row: a dictionary has no order.
    private func callEverything(_ session: AWSSession) throws {
        let table = DynamoDB(session, table: "ses-mail")
        _ = try table.batchGetItem(
            partitionKeys: ["ROUTE#é@e.f", "ROUTE#*"], sortKey: "RULE#v1")
        _ = try table.getItem(key: ["PK": .string("MAIL#1")])
        try table.putItem(
            ["state": .string("claimed")],
            if: .init(
                "#state = :old", names: ["#state": "state"], values: [":old": .string("done")]))
        _ = try table.putItem(
            ["PK": .string("MAIL#1")], orReadWhereNot: .init("attribute_not_exists(PK)"))
        try table.deleteItem(key: ["PK": .string("MAIL#1")])
        let parameters = SSM(session)
        #expect(
            try parameters.getParameter(name: "/ses-mail/test/token/me_40gmail.com")
                == SSM.Parameter(value: Secret("v"), version: 7))
        #expect(try parameters.putParameter(name: "/ses-mail/test/token", value: Secret("{}")) == 8)
        #expect(
            try SESv2(session).sendEmail(
                from: "reports@example.com", to: "janedoe@example.org",
                raw: Array("Subject: é\r\n\r\n\u{0}".utf8)) == "0100")
        let file = ScratchFile()
        let storage = S3(session)
        try storage.getObject(
            bucket: "mails", key: "emails/a b/../é", into: file.descriptor, limit: 10)
        #expect(file.content == Array("{}".utf8))
        #expect(
            try storage.getBeginning(bucket: "mails", key: "emails/abc", byteCount: 262_144)
                == Array("{}".utf8))
        try storage.deleteObject(bucket: "mails", key: "emails/abc")
        var pages = CloudWatchLogs(session).pages(
            of: .init(
                group: "/aws/events/bus", pattern: #"{ $.outcome = "refused" }"#,
                range: TimeRange(startMilliseconds: 1000, endMilliseconds: 2000)))
        #expect(try pages.next() == [] && pages.next() == nil)
        #expect(try CloudWatch(session).firingAlarms(prefix: "ses-") == [])
        #expect(try SQS(session).queue(at: "https://sqs/1/dlq").total == 6)
    }

    private static let queue =
        #"{"Attributes":{"QueueArn":"arn","ApproximateNumberOfMessages":"3","#
        + #""ApproximateNumberOfMessagesNotVisible":"2","ApproximateNumberOfMessagesDelayed":"1"}}"#

    @Test(
        "Of an object that is not there, nothing is read; another refusal is an error",
        arguments: [
            (404, "NoSuchKey", nil, true), (404, "", nil, true), (416, "InvalidRange", [], true),
            (404, "NoSuchBucket", nil, false), (403, "AccessDenied", nil, false),
            (400, "InvalidRequest", nil, false),
        ] as [(Int, String, [UInt8]?, Bool)])
    func missingObject(status: Int, code: String, bytes: [UInt8]?, isAnswer: Bool) throws {
        let body = code.isEmpty ? "" : "<Error><Code>\(code)</Code></Error>"
        let client = FakeClient(HTTPResponse(status: status, body: Array(body.utf8)))
        let storage = try S3(AWSSession.test(client))
        guard isAnswer else {
            #expect(throws: AWSError.self) {
                try storage.getBeginning(bucket: "mails", key: "a", byteCount: 10)
            }
            return
        }
        #expect(try storage.getBeginning(bucket: "mails", key: "a", byteCount: 10) == bytes)
    }

    @Test("SSM's words about a value that it does not take are not repeated: they hold the value")
    func refusedValue() throws {
        let client = FakeClient(
            HTTPResponse(
                400,
                json: #"{"__type":"ValidationException","message":"Value '{1}' at 'value'"}"#))
        let parameters = try SSM(AWSSession.test(client))
        let error = #expect(throws: AWSError.self) {
            try parameters.putParameter(name: "/ses-mail/test/token", value: Secret("{}"))
        }
        #expect(error?.description == "SSM.PutParameter was refused: ValidationException (400)")
    }

    /// Signs what arrived, at the time that it names, and compares.
    private func expectSignature(of received: ReceivedRequest, _ server: LoopbackServer) throws {
        let authorization = try #require(received.header("Authorization"))
        let scope = authorization.split(separator: "/")
        let isS3 = scope[3] == "s3"
        let signer = SigV4(
            credentials: Credentials(
                accessKeyID: "ASIAEXAMPLE", secretAccessKey: Secret("secret"),
                sessionToken: Secret("FwoGToken")),
            region: "ap-southeast-2", service: String(scope[3]),
            path: isS3 ? .verbatim : .encodedAgain, sendsPayloadHash: isS3)
        var request = HTTPRequest(
            try #require(HTTPMethod(rawValue: received.method)), server.url + received.target,
            body: HTTPBody(received.body), name: CallName("Test", "sign"))
        let signedNames = try #require(
            authorization.firstMatch(of: /SignedHeaders=([^,]*)/)?.output.1
        ).split(separator: ";")
        for name in signedNames {
            request.headers.add(String(name), try #require(received.header(String(name))))
        }
        let timestamp = try #require(received.header("X-Amz-Date"))
        let time = try #require(UTCTime(basic: timestamp))
        #expect(signer.signed(request, at: time).headers["Authorization"] == authorization)
    }

    /// The request as it came, without what is different each time.
    private func masked(_ request: ReceivedRequest) -> String {
        "\(request.head)\n\n\(request.bodyText)".replacing("\r\n", with: "\n")
            .replacing(/X-Amz-Date: \d{8}T\d{6}Z/, with: "X-Amz-Date: TIME")
            .replacing(/Credential=ASIAEXAMPLE\/\d{8}/, with: "Credential=ASIAEXAMPLE/DAY")
            .replacing(/Signature=[0-9a-f]{64}/, with: "Signature=SIGNATURE")
    }

    @Test("A parameter that is not there is nil, and an answer without one an error")
    func noParameter() throws {
        let client = FakeClient(
            HTTPResponse(400, json: #"{"__type":"ParameterNotFound"}"#),
            HTTPResponse(200, json: #"{"Parameter":{"Value":"v"}}"#),
            HTTPResponse(400, json: #"{"__type":"AccessDeniedException","message":"no"}"#))
        let parameters = SSM(try AWSSession.test(client))
        #expect(try parameters.getParameter(name: "/a") == nil)
        let unread = #expect(throws: AWSError.self) { try parameters.getParameter(name: "/a") }
        #expect(
            unread?.description
                == "SSM.GetParameter answered in an unknown form: there is no value or version")
        let denied = #expect(throws: AWSError.self) { try parameters.getParameter(name: "/a") }
        #expect(denied?.code == "AccessDeniedException")
    }

    @Test("What carries a whole mail has the time for it")
    func timeouts() throws {
        let client = FakeClient(HTTPResponse(200, json: #"{"MessageId":"1"}"#))
        let session = try AWSSession.test(client, time: FakeTime(secondsLeft: 1000))
        try S3(session).getObject(bucket: "b", key: "k", into: -1, limit: 1)
        _ = try SESv2(session).sendEmail(from: "a@b.example", to: "c@d.example", raw: [])
        try S3(session).deleteObject(bucket: "b", key: "k")
        #expect(client.requests.map(\.timeoutSeconds) == [60, 25, 8])
    }

    @Test("An object that is not there is an error, and its text stays out of the file")
    func noObject() throws {
        let body = "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>"
        let server = try LoopbackServer(answers: [Answer(404, [], body)])
        let storage = S3(try AWSSession.test(CurlClient(), ["AWS_ENDPOINT_URL": server.url]))
        let file = ScratchFile(Array("old".utf8))
        let error = #expect(throws: AWSError.self) {
            try storage.getObject(bucket: "b", key: "k", into: file.descriptor, limit: 100)
        }
        #expect(error?.code == "NoSuchKey")
        #expect(file.content.isEmpty)
    }
}
