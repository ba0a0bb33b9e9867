import FunctionTestSupport
import JSON
import TestSupport
import Testing

/// The router as a process, from its environment to its exit status.
@Suite(.waiting)
struct RouterProcessTests {
    static let rows: [JSONValue] = [
        rule("ROUTE#support@example.com", "forward-to-gmail", "me@gmail.com"),
        rule("ROUTE#*", "bounce", ""),
    ]

    @Test("A mail is routed by one BatchGetItem of at most 100 distinct keys")
    func oneBatch() throws {
        // Two keys for each of these with the tag, three that all share, two of the sender.
        let recipients = (0..<46).map { "u\($0)+t@example.com" } + ["support+x@example.com"]
        let mail = SampleMail { $0.recipients = recipients + ["U0+T@EXAMPLE.com".lowercased()] }
        let cloud = try CloudDouble(rows: Self.rows) {
            $0.events = [.init([SampleRecord.sqs(mail.text)])]
        }
        let run = try FunctionRun("router-enrichment", in: cloud)
        let now = cloud.now
        #expect(run.status == 0)
        #expect(now.calls == ["next", "DynamoDB BatchGetItem", "response", "next"])
        #expect(cloud.table.batchedKeys.map(\.count) == [99])
        let fates = try #require(now.replies.first?.body.array?.first).fates
        #expect(fates.count == 47)
        #expect(
            fates["support+x@example.com"]
                == "forward-to-gmail me@gmail.com ROUTE#support@example.com")
        #expect(fates["u0+t@example.com"] == "bounce ROUTE#*")
        #expect(run.output.counts == ["RouterEnrichmentSuccess": 1, "EmailsAccepted": 1])
        #expect(run.output.lines.count == 2)
    }

    @Test(
        "Connections are opened before the first event, unless they hang or nobody wants them",
        arguments: [("1", false, 1), ("true", true, 1), ("0", false, 0), ("False", true, 0)])
    func openedEarly(setting: String, isHanging: Bool, greetings: Int) throws {
        let cloud = try CloudDouble(rows: Self.rows) {
            $0.hanging = isHanging ? ["greeting"] : []
            $0.events = [.init([SampleRecord.sqs(SampleMail().text)])]
        }
        let run = try FunctionRun(
            "router-enrichment", in: cloud, variables: ["SES_MAIL_PREWARM": setting])
        #expect(run.status == 0)
        #expect(cloud.now.greetings == greetings)
        #expect(cloud.now.calls == ["next", "DynamoDB BatchGetItem", "response", "next"])
        #expect(cloud.now.replies.map(\.kind) == ["response"])
    }

    @Test("A setting of early connections that means nothing is named to Lambda")
    func openedPerhaps() throws {
        let cloud = try CloudDouble {
            $0.events = [.init([SampleRecord.sqs(SampleMail().text)])]
        }
        let run = try FunctionRun(
            "router-enrichment", in: cloud, variables: ["SES_MAIL_PREWARM": "maybe"])
        #expect(run.status == 1)
        #expect(cloud.now.calls == ["init/error"])
        #expect(
            cloud.now.replies.first?.body["errorMessage"]?.string
                == "the environment variable SES_MAIL_PREWARM is \"maybe\", not true, 1, false or 0"
        )
    }

    @Test("Garbage is reported as an error, and the next event is answered")
    func garbage() throws {
        let garbage: [JSONValue] = [[], [:], ["Records": []], [["body": "no JSON"]]]
        let cloud = try CloudDouble(rows: Self.rows) {
            $0.events = garbage.map { .init($0) } + [.init(Array("no JSON".utf8))]
            $0.events.append(.init([SampleRecord.sqs(SampleMail().text)]))
        }
        #expect(try FunctionRun("router-enrichment", in: cloud).status == 0)
        let now = cloud.now
        #expect(now.kinds == Array(repeating: "error", count: 5) + ["response"])
        #expect(now.replies.dropLast().allSatisfy { $0.errorType == "Function.BadEvent" })
        #expect(now.replies.last?.body.array?.count == 1)
    }

    @Test(
        "A missing variable is named to Lambda before any other call, and the process fails",
        arguments: [
            "DYNAMODB_TABLE_NAME", "ENVIRONMENT", "AWS_REGION", "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
        ])
    func missingVariable(name: String) throws {
        let cloud = try CloudDouble { $0.events = [] }
        let run = try FunctionRun("router-enrichment", in: cloud, variables: [name: nil])
        #expect(run.status > 0)
        let now = cloud.now
        #expect(now.calls == ["init/error"])
        #expect(now.replies.first?.errorType == "Runtime.InitError")
        #expect(now.replies.first?.body["errorMessage"]?.string?.contains(name) == true)
        #expect(run.output.lines.contains { $0.contains(name) })
    }

    @Test("Two events at once in one process are refused at the start")
    func concurrency() throws {
        let cloud = try CloudDouble { $0.events = [] }
        let run = try FunctionRun(
            "router-enrichment", in: cloud, variables: ["AWS_LAMBDA_MAX_CONCURRENCY": "2"])
        #expect(run.status > 0)
        #expect(cloud.now.calls == ["init/error"])
    }

    @Test("The test's token is read in the test environment only", arguments: ["test", "prod"])
    func testToken(environment: String) throws {
        let mail = SampleMail {
            $0.verdicts = ["spam": "FAIL"]
            $0.headers = [("X-Integration-Test-Token", "secret-1")]
        }
        let cloud = try CloudDouble(rows: Self.rows) {
            $0.events = [.init([SampleRecord.sqs(mail.text)])]
            $0.parameters = ["/ses-mail/test/integration-test-token": "secret-1"]
        }
        let run = try FunctionRun(
            "router-enrichment", in: cloud, variables: ["ENVIRONMENT": environment])
        let now = cloud.now
        let isTest = environment == "test"
        #expect(now.calls.contains("SSM GetParameter") == isTest)
        #expect(
            now.replies.first?.body.array?.first?.fates
                == ["user@example.com": isTest ? "bounce ROUTE#*" : "store spam"])
        #expect(run.output.lines.contains { $0.contains("SESMail/\(environment)") })
    }

    @Test(
        "A table that does not answer fails the mail in time, and the third receive decides",
        arguments: [
            ("1", nil, nil), ("3", nil, "bounce lookup-failed"),
            ("3", "bounce", "bounce lookup-failed"), ("3", "", "bounce lookup-failed"),
            ("3", "store", "store lookup-failed"), ("2", "store", nil),
        ] as [(String, String?, String?)])
    func deadline(receiveCount: String, action: String?, fate: String?) throws {
        let record = SampleRecord.sqs(SampleMail().text, receiveCount: receiveCount)
        let cloud = try CloudDouble {
            $0.hanging = ["DynamoDB"]
            $0.events = [.init([record], deadlineSeconds: 3)]
        }
        let run = try FunctionRun(
            "router-enrichment", in: cloud, variables: ["LOOKUP_FAILED_ACTION": action])
        #expect(run.status == 0)
        let now = cloud.now
        #expect(now.kinds == [fate == nil ? "error" : "response"])
        #expect(now.replies.allSatisfy { $0.secondsBeforeDeadline > 0 })
        let fates = now.replies.first?.body.array?.first?.fates
        #expect(fates == fate.map { ["user@example.com": $0] })
    }

    @Test(
        "A fallback that is not known is named to Lambda, with what it may be",
        arguments: ["forward-to-gmail", "Store", "bounce,store", "none"])
    func unknownFallback(value: String) throws {
        let cloud = try CloudDouble { $0.events = [] }
        let run = try FunctionRun(
            "router-enrichment", in: cloud, variables: ["LOOKUP_FAILED_ACTION": value])
        #expect(run.status > 0)
        #expect(cloud.now.calls == ["init/error"])
        #expect(
            cloud.now.replies.first?.body["errorMessage"]?.string
                == "the environment variable LOOKUP_FAILED_ACTION is \"\(value)\", "
                + "not bounce or store")
    }

    private static func rule(_ pk: String, _ action: String, _ target: String) -> JSONValue {
        [
            "PK": ["S": .string(pk)], "SK": ["S": "RULE#v1"], "action": ["S": .string(action)],
            "target": ["S": .string(target)], "enabled": ["BOOL": true],
        ]
    }
}
