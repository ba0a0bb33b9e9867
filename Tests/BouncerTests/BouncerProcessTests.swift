import Foundation
import FunctionTestSupport
import JSON
import TestSupport
import Testing

/// The bouncer as a process, from its environment to its exit status.
@Suite(.waiting) struct BouncerProcessTests {
    static let event = SampleRecord.batch(SampleDecision.twoRecipients.record())
    static let failure: JSONValue = ["batchItemFailures": [["itemIdentifier": "record-1"]]]

    @Test("A sender is told once, by one message of SES v2, and a redelivery does nothing again")
    func redelivery() throws {
        let cloud = try CloudDouble { $0.events = [.init(Self.event), .init(Self.event)] }
        let run = try FunctionRun("bouncer", in: cloud)
        #expect(run.status == 0)
        let now = cloud.now
        let twice = ["DynamoDB PutItem", "DynamoDB PutItem"]
        #expect(
            now.calls == ["next"] + twice + ["SES"] + twice + ["response", "next"] + twice
                + ["response", "next"])
        #expect(now.replies.map(\.body) == Array(repeating: ["batchItemFailures": []], count: 2))
        let input = try #require(now.reports.first)
        #expect(now.reports.count == 1)
        #expect(input["FromEmailAddress"] == "bounces@mail.example.com")
        #expect(input["Destination"] == ["ToAddresses": ["jane@sender.example"]])
        let report = try Self.report(cloud)
        #expect(finalRecipients(report) == ["a@example.com", "b@example.com"])
        #expect(report.contains("Reporting-MTA: dns; inbound-smtp.us-east-1.amazonaws.com\r\n"))
        #expect(run.output.counts == ["BounceSendSuccess": 1])
        #expect(!run.output.lines.contains { $0.contains("@") || $0.contains("Quarterly") })
        #expect(Set(cloud.table.states.values) == ["done"])
    }

    @Test(
        "Who is told depends on the variables that are optional",
        arguments: [
            (["spf": "GRAY"], "jane@sender.example", [:], 0),
            (["spf": "GRAY"], "jane@sender.example", ["BOUNCE_REQUIRE_AUTH": "false"], 1),
            (["spf": "GRAY", "dkim": "PASS"], "jane@sender.example", [:], 0),
            (["spf": "FAIL"], "jane@sender.example", ["BOUNCE_REQUIRE_AUTH": "FALSE"], 0),
            (
                ["spf": "PASS"], "x@b.example.com", ["OWN_MAIL_FROM_DOMAINS": "a.y, b.example.com"],
                0
            ),
            (["spf": "PASS"], "x@b.example.com", ["OWN_MAIL_FROM_DOMAINS": "example.com"], 1),
            (["spf": "PASS"], "bounces@mail.example.com", [:], 0),
        ] as [([String: String], String, [String: String?], Int)])
    func variables(
        verdicts: [String: String], source: String, variables: [String: String?], reports: Int
    ) throws {
        var decision = SampleDecision.oneRecipient
        decision.mail.verdicts = verdicts
        decision.mail.source = source
        let cloud = try CloudDouble { $0.events = [.init(SampleRecord.batch(decision.record()))] }
        let run = try FunctionRun("bouncer", in: cloud, variables: variables)
        #expect(cloud.now.reports.count == reports)
        #expect(
            run.output.counts == [reports == 1 ? "BounceSendSuccess" : "BounceSuppressed": 1])
        #expect(cloud.now.replies.map(\.body) == [["batchItemFailures": []]])
    }

    @Test(
        "A missing variable is named to Lambda before any other call, and the process fails",
        arguments: [
            "BOUNCE_SENDER", "DYNAMODB_TABLE_NAME", "ENVIRONMENT", "AWS_REGION",
            "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
        ])
    func missingVariable(name: String) throws {
        let cloud = try CloudDouble { $0.events = [.init(Self.event)] }
        let run = try FunctionRun("bouncer", in: cloud, variables: [name: nil])
        #expect(run.status > 0)
        #expect(cloud.now.calls == ["init/error"])
        #expect(cloud.now.replies.first?.body["errorMessage"]?.string?.contains(name) == true)
    }

    @Test(
        "A value that a variable cannot have is named to Lambda, with what it may be",
        arguments: [
            ("BOUNCE_REQUIRE_AUTH", "perhaps", "true, 1, false or 0"),
            ("LEDGER_DAYS", "soon", "a whole number from 1 to 1000000"),
            ("LEDGER_DAYS", "0", "a whole number from 1 to 1000000"),
            ("LEDGER_DAYS", "9223372036854775807", "a whole number from 1 to 1000000"),
            ("OWN_MAIL_FROM_DOMAINS", "a@b.example", "a domain: a comma stands between two"),
            ("BOUNCE_SENDER", "mailer-daemon", "a bare address in ASCII"),
            ("BOUNCE_SENDER", "Mail <a@example.com>", "a bare address in ASCII"),
            (
                "AWS_LAMBDA_LOG_LEVEL", "LOUD",
                "TRACE, DEBUG, INFO, WARN, ERROR or FATAL"
            ),
        ])
    func invalid(name: String, value: String, expected: String) throws {
        let cloud = try CloudDouble { $0.events = [.init(Self.event)] }
        let run = try FunctionRun("bouncer", in: cloud, variables: [name: value])
        #expect(run.status > 0)
        #expect(cloud.now.calls == ["init/error"])
        #expect(
            cloud.now.replies.first?.body["errorMessage"]?.string
                == "the environment variable \(name) is \"\(value)\", not \(expected)")
    }

    @Test("The ledger remembers for LEDGER_DAYS, and for 120 days where it is not set")
    func ledgerDays() throws {
        for (value, days) in [("7", 7), (nil, 120)] as [(String?, Int)] {
            let cloud = try CloudDouble { $0.events = [.init(Self.event)] }
            let before = Int(Date().timeIntervalSince1970)
            _ = try FunctionRun("bouncer", in: cloud, variables: ["LEDGER_DAYS": value])
            let after = Int(Date().timeIntervalSince1970)
            let row = try #require(cloud.table.row("MAIL#mail-1", "BOUNCE#a@example.com"))
            let expiry = try #require(row["expires_at"]?["N"]?.string.flatMap { Int($0) })
            #expect((before...after).contains(expiry - days * 86_400))
        }
    }

    @Test("A report names the host that took the mail in, in the function's own region")
    func region() throws {
        let cloud = try CloudDouble { $0.events = [.init(Self.event)] }
        _ = try FunctionRun("bouncer", in: cloud, variables: ["AWS_REGION": "eu-west-1"])
        #expect(
            try Self.report(cloud).contains(
                "\r\nReporting-MTA: dns; inbound-smtp.eu-west-1.amazonaws.com\r\n"))
    }

    @Test("A sender whose local part is no dot-atom is quoted towards SES and in the report")
    func quotedSender() throws {
        var decision = SampleDecision.oneRecipient
        decision.mail.source = "ta..ro.@keitai.example"
        let cloud = try CloudDouble { $0.events = [.init(SampleRecord.batch(decision.record()))] }
        _ = try FunctionRun("bouncer", in: cloud)
        #expect(
            cloud.now.reports.first?["Destination"]
                == ["ToAddresses": [#""ta..ro."@keitai.example"#]])
        #expect(try Self.report(cloud).contains("\r\nTo: \"ta..ro.\"@keitai.example\r\n"))
    }

    @Test(
        "Of a mail whose headers SES cut off, the stored copy's first 256 KB are read",
        arguments: [
            ("List-Id: x\n\n", [:], "mailing-list"), ("Subject: x\n\nList-Id: x\n", [:], nil),
            (String(repeating: "X: y\n", count: 60_000) + "\n", [:], "headers-cut"),
            (nil, [:], "headers-cut"), ("Subject: x\n\n", ["EMAIL_BUCKET": nil], "headers-cut"),
        ] as [(String?, [String: String?], String?)])
    func cutHeaders(stored: String?, variables: [String: String?], reason: String?) throws {
        let cloud = try CloudDouble {
            $0.objects["\(SampleMail.bucket)/emails/mail-1"] = stored.map { Array($0.utf8) }
            $0.events = [.init(SampleRecord.batch(BouncerEvidenceTests.cut.record()))]
        }
        let run = try FunctionRun("bouncer", in: cloud, variables: variables)
        #expect(cloud.now.replies.map(\.body) == [["batchItemFailures": []]])
        #expect(cloud.now.reports.count == (reason == nil ? 1 : 0))
        #expect(run.output.values("reason") == (reason.map { [$0] } ?? []))
        let reads = cloud.now.calls.filter { $0.hasPrefix("S3") }
        #expect(reads == (variables.isEmpty ? ["S3 GET mail-bucket/emails/mail-1"] : []))
    }

    @Test("A stored mail that the function may not read fails the record")
    func forbidden() throws {
        let cloud = try CloudDouble {
            $0.forbidden = ["S3"]
            $0.events = [.init(SampleRecord.batch(BouncerEvidenceTests.cut.record()))]
        }
        let run = try FunctionRun("bouncer", in: cloud)
        #expect(cloud.now.replies.map(\.body) == [Self.failure])
        #expect(run.output.counts == ["BounceSendFailure": 1])
        #expect(
            run.output.values("reason").first
                == "the stored header was not read: "
                + "S3.GetObject was refused: AccessDenied (403): no"
        )
    }

    private static func report(_ cloud: CloudDouble) throws -> String {
        let data = cloud.now.reports.first?["Content"]?["Raw"]?["Data"]?.string ?? ""
        return String(decoding: try #require(Data(base64Encoded: data)), as: UTF8.self)
    }

    @Test("Garbage is an error of the invocation, or a failed record, and the process goes on")
    func garbage() throws {
        let cloud = try CloudDouble {
            $0.events = [.init([:]), .init(["Records": []]), .init(Array("no JSON".utf8))]
            $0.events.append(.init(SampleRecord.batch(SampleRecord.sqs("garbage"))))
            $0.events.append(.init(Self.event))
        }
        #expect(try FunctionRun("bouncer", in: cloud).status == 0)
        let now = cloud.now
        #expect(now.kinds == ["error", "error", "error", "response", "response"])
        #expect(now.replies[3].body == Self.failure)
        #expect(now.reports.count == 1)
    }

    @Test(
        "Whatever does not answer, the function does in time", arguments: ["DynamoDB", "SES"])
    func deadline(service: String) throws {
        let cloud = try CloudDouble {
            $0.hanging = [service]
            $0.events = [.init(Self.event, deadlineSeconds: 5)]
        }
        #expect(try FunctionRun("bouncer", in: cloud).status == 0)
        let now = cloud.now
        #expect(now.replies.map(\.body) == [Self.failure])
        // What SES may have taken must still be written down.
        #expect(now.replies.allSatisfy { $0.secondsBeforeDeadline > (service == "SES" ? 1.5 : 0) })
        // SES may have taken it: it is asked once, and the claims stay.
        #expect(now.calls.filter { $0 == "SES" }.count == (service == "SES" ? 1 : 0))
        #expect(
            cloud.table.states.values.sorted()
                == (service == "SES" ? ["claimed", "claimed"] : []))
    }

    @Test("A report that SES has no time for fails its record before the deadline")
    func backOff() throws {
        let cloud = try CloudDouble {
            $0.throttled = ["SES"]
            $0.events = [.init(Self.event, deadlineSeconds: 4)]
        }
        #expect(try FunctionRun("bouncer", in: cloud).status == 0)
        #expect(cloud.now.replies.map(\.body) == [Self.failure])
        #expect(cloud.now.replies.allSatisfy { $0.secondsBeforeDeadline > 0 })
        #expect(cloud.table.states.values.sorted() == ["claimed", "claimed"])
    }

    @Test(
        "A claim whose answer is lost after DynamoDB took it is the process's own: one report",
        arguments: [CloudDouble.LostAnswer.internalError, .closedConnection])
    func lostClaim(loss: CloudDouble.LostAnswer) throws {
        let cloud = try CloudDouble {
            $0.lostAnswers = ["DynamoDB PutItem": loss]
            $0.events = [.init(Self.event)]
        }
        let run = try FunctionRun("bouncer", in: cloud)
        #expect(cloud.now.replies.map(\.body) == [["batchItemFailures": []]])
        #expect(cloud.now.reports.count == 1)
        #expect(cloud.now.calls.filter { $0 == "DynamoDB PutItem" }.count == 5)
        #expect(Set(cloud.table.states.values) == ["done"])
        #expect(run.output.counts == ["BounceSendSuccess": 1])
    }

    @Test("A report that is sent and not recorded counts as sent, and its record fails")
    func unrecorded() throws {
        let cloud = try CloudDouble { $0.events = [.init(Self.event)] }
        cloud.table.journal.failOnce("complete BOUNCE#b@example.com", .refused)
        let run = try FunctionRun("bouncer", in: cloud)
        #expect(cloud.now.replies.map(\.body) == [Self.failure])
        #expect(
            cloud.table.states
                == ["BOUNCE#a@example.com": "done", "BOUNCE#b@example.com": "claimed"])
        #expect(run.output.counts == ["BounceSendSuccess": 1])
        #expect(run.output.values("outcome") == ["bounced", "unrecorded"])
    }
}
