import AWS
import FunctionTestSupport
import HTTP
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// The calls that only an operator's commands make: what is sent, and what is understood.
struct OperatorServiceTests {
    private let server: LoopbackServer
    private let session: AWSSession

    init() throws {
        server = try LoopbackServer { request in
            let body = String(decoding: request.body, as: UTF8.self)
            let operation = request.header("X-Amz-Target")?.split(separator: ".").last ?? ""
            return Answer(200, [], OperatorServiceTests.answer(String(operation), body))
        }
        session = OperatorServiceTests.session(CurlClient(), endpoint: server.url)
    }

    private static func session(_ http: any HTTPClient, endpoint: String? = nil) -> AWSSession {
        AWSSession.fake(
            http, region: "eu-west-1", endpoint: endpoint, pacing: Pacing(secondsLeft: { 30 }))
    }

    private static func answer(_ operation: String, _ body: String) -> String {
        switch operation {
        case "Scan":
            body.contains("ExclusiveStartKey")
                ? #"{"Items": [{"PK": {"S": "ROUTE#b"}}]}"#
                : #"{"Items": [{"PK": {"S": "ROUTE#a"}}], "LastEvaluatedKey": {"PK": {"S": "x"}}}"#
        case "Decrypt": #"{"Plaintext": "c2VjcmV0"}"#
        case "GetQueueUrl": #"{"QueueUrl": "https://sqs/1/q"}"#
        case "GetQueueAttributes":
            #"{"Attributes": {"QueueArn": "arn:q", "ApproximateNumberOfMessages": "3", "#
                + #""ApproximateNumberOfMessagesNotVisible": "2", "#
                + #""ApproximateNumberOfMessagesDelayed": "1"}}"#
        case "ReceiveMessage":
            #"{"Messages": [{"MessageId": "m", "ReceiptHandle": "h", "Body": "b", "#
                + #""Attributes": {"SentTimestamp": "7", "AWSTraceHeader": "Root=1"}, "#
                + #""MessageAttributes": {"a": {"DataType": "String", "StringValue": "v"}}}]}"#
        case "ListMessageMoveTasks":
            #"{"Results": [{"Status": "RUNNING", "ApproximateNumberOfMessagesMoved": 4}]}"#
        case "FilterLogEvents":
            body.contains("nextToken")
                ? #"{"events": [{"timestamp": 1, "message": "a"}], "nextToken": null}"#
                : #"{"events": [{"timestamp": 2, "message": "b"}], "nextToken": "t"}"#
        case "":
            "<GetCallerIdentityResponse><Account>123</Account></GetCallerIdentityResponse>"
        default: "{}"
        }
    }

    private func bodies() throws -> [JSONValue] {
        try server.requests.map { try JSONValue(parsing: $0.body) }
    }

    @Test("A scan and a log search are read page by page to their end")
    func pages() throws {
        defer { server.stop() }
        let rows = try DynamoDB(session, table: "t").rows(partitionPrefixes: ["ROUTE#"])
        #expect(rows == [["PK": .string("ROUTE#a")], ["PK": .string("ROUTE#b")]])
        // The functions read the same partition: a command takes its time.
        for scan in try bodies() {
            #expect(scan["Limit"] == 1000)
            #expect(scan["ConsistentRead"] == nil)
        }
        let events = try CloudWatchLogs(session)
            .events(of: .mentioning("id", in: "g", TimeRange(since: 5, now: 7)))
        #expect(events?.map(\.message) == ["a", "b"])
        #expect(try bodies()[2]["filterPattern"] == "\"id\"")
        #expect(try bodies()[2]["startTime"] == 5000)
        #expect(try bodies()[2]["endTime"] == 307_000)
        #expect(try bodies()[3]["nextToken"] == "t")
        #expect(try bodies()[2]["nextToken"] == nil)
    }

    @Test("What was encrypted is decrypted, and is a secret")
    func decrypt() throws {
        defer { server.stop() }
        let secret = try KMS(session).decrypt("Y2lwaGVy", key: "alias/k")
        #expect(secret == Secret("secret"))
        #expect(try bodies() == [["KeyId": "alias/k", "CiphertextBlob": "Y2lwaGVy"]])
    }

    @Test("A queue and its messages, and a message sent again with all that it had")
    func queues() throws {
        defer { server.stop() }
        let sqs = SQS(session)
        let queue = try sqs.queue("q")
        #expect(
            queue
                == SQS.Queue(
                    url: "https://sqs/1/q", arn: "arn:q", waiting: 3, inFlight: 2, delayed: 1))
        let messages = try sqs.receive(queue.url, limit: 50, visibilityTimeoutSeconds: 60)
        let message = try #require(messages.first)
        #expect(message.sentAt == 7)
        try sqs.send(message, to: "https://sqs/1/other")
        try sqs.show([message], in: queue.url)
        try sqs.delete(message, from: queue.url)
        try sqs.startMoveTask(from: "arn:q", to: "arn:o", perSecond: 5)
        #expect(
            try sqs.lastMoveTask(from: "arn:q")
                == SQS.MoveTask(status: "RUNNING", moved: 4, failureReason: nil))
        let bodies = try bodies()
        #expect(bodies[2]["MaxNumberOfMessages"] == 10)
        #expect(
            bodies[3] == [
                "QueueUrl": "https://sqs/1/other", "MessageBody": "b",
                "MessageAttributes": ["a": ["DataType": "String", "StringValue": "v"]],
                "MessageSystemAttributes": [
                    "AWSTraceHeader": ["DataType": "String", "StringValue": "Root=1"]
                ],
            ])
        #expect(
            bodies[4] == [
                "QueueUrl": "https://sqs/1/q",
                "Entries": [["Id": "m", "ReceiptHandle": "h", "VisibilityTimeout": 0]],
            ])
        #expect(
            bodies[6] == [
                "SourceArn": "arn:q", "DestinationArn": "arn:o", "MaxNumberOfMessagesPerSecond": 5,
            ])
    }

    @Test("The account, and an object of exactly the key that was asked for")
    func accountAndObject() throws {
        defer { server.stop() }
        #expect(try STS(session).caller().account == "123")
        let listing = """
            <ListBucketResult><Contents><Key>emails/ab</Key><LastModified>L</LastModified>
            <Size>9</Size></Contents></ListBucketResult>
            """
        let client = FakeClient(
            HTTPResponse(status: 200, headers: [:], body: Array(listing.utf8)))
        let storage = S3(OperatorServiceTests.session(client))
        #expect(
            try storage.object("emails/ab", in: "mails")
                == S3.Object(key: "emails/ab", byteCount: 9, lastModified: "L"))
        // A longer key with the same beginning is another object.
        #expect(try storage.object("emails/a", in: "mails") == nil)
        #expect(
            client.requests.first?.url.hasSuffix(
                "amazonaws.com/?list-type=2&max-keys=1&prefix=emails%2Fab") == true)
    }
}
