import Foundation
import FunctionTestSupport
import JSON
import TestSupport
import Testing

/// The forwarder as a process, from its environment to its exit status.
@Suite(.waiting)
struct ForwarderProcessTests {
    static let object = "\(SampleMail.bucket)/emails/mail-1"
    static let event = SampleRecord.batch(SampleDecision.oneMailbox.record())
    static let refresh = [
        "SSM GetParameter", "SSM GetParameter", "Google", "SSM GetParameter", "SSM PutParameter",
    ]

    /// A world with one mail in it.
    static func cloud(
        _ mail: [UInt8] = ForwarderBench.mail,
        _ change: (inout CloudDouble.Content) -> Void = { _ in }
    ) throws -> CloudDouble {
        try CloudDouble {
            $0.events = [.init(event)]
            $0.objects = [object: mail]
            $0.parameters = [FunctionRun.tokenParameter: FunctionRun.tokenFile]
            change(&$0)
        }
    }

    @Test("A mail goes from the bucket into the mailbox, and a redelivery does nothing again")
    func redelivery() throws {
        let cloud = try Self.cloud { $0.events = [.init(Self.event), .init(Self.event)] }
        let run = try FunctionRun("gmail-forwarder", in: cloud)
        #expect(run.status == 0)
        let now = cloud.now
        let first =
            ["next", "DynamoDB PutItem", "S3 GET \(Self.object)"] + Self.refresh
            + ["Gmail", "DynamoDB PutItem", "S3 DELETE \(Self.object)", "response"]
        let second = ["next", "DynamoDB PutItem", "S3 DELETE \(Self.object)", "response", "next"]
        #expect(now.calls == first + second)
        #expect(now.replies.map(\.body) == Array(repeating: ["batchItemFailures": []], count: 2))
        #expect(now.imports.map(\.mailbox) == ["me@gmail.com"])
        #expect(now.imports.map(\.mail) == [ForwarderBench.mail])
        #expect(now.imports.map(\.uploadType) == ["multipart"])
        #expect(now.objects.isEmpty)
        #expect(run.output.counts == ["GmailForwardSuccess": 1])
        for secret in ["me@gmail.com", "Hello", "Quarterly", "access-1", "refresh-1", "hush"] {
            #expect(!run.output.lines.contains { $0.contains(secret) })
        }
    }

    @Test("A mailbox's own token parameter comes before the default, which need not exist")
    func ownToken() throws {
        let cloud = try Self.cloud {
            $0.parameters = ["\(FunctionRun.tokenParameter)/me_40gmail.com": FunctionRun.tokenFile]
        }
        _ = try FunctionRun("gmail-forwarder", in: cloud)
        #expect(cloud.now.imports.count == 1)
        #expect(cloud.now.parameters[FunctionRun.tokenParameter] == nil)
    }

    @Test("A token is kept from mail to mail")
    func tokenIsKept() throws {
        let cloud = try Self.cloud { content in
            content.events = (1...3).map { index in
                var decision = SampleDecision.oneMailbox
                decision.id = "mail-\(index)"
                decision.mail.id = decision.id
                return .init(SampleRecord.batch(decision.record()))
            }
            for index in 1...3 {
                content.objects["\(SampleMail.bucket)/emails/mail-\(index)"] = ForwarderBench.mail
            }
        }
        _ = try FunctionRun("gmail-forwarder", in: cloud)
        let now = cloud.now
        #expect(now.imports.count == 3)
        #expect(now.calls.filter { $0 == "Google" }.count == 1)
        #expect(now.calls.filter { $0.hasPrefix("SSM") }.count == 4)
    }

    @Test(
        "A missing variable is named to Lambda before any other call, and the process fails",
        arguments: [
            "GMAIL_TOKEN_PARAMETER", "EMAIL_BUCKET", "DYNAMODB_TABLE_NAME", "ENVIRONMENT",
            "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
        ])
    func missingVariable(name: String) throws {
        let cloud = try Self.cloud()
        let run = try FunctionRun("gmail-forwarder", in: cloud, variables: [name: nil])
        #expect(run.status > 0)
        #expect(cloud.now.calls == ["init/error"])
        #expect(
            cloud.now.replies.first?.body["errorMessage"]?.string?.contains(name) == true)
    }

    @Test("A ledger's life that is no number is named to Lambda", arguments: ["0", "-1", "x"])
    func invalidVariable(value: String) throws {
        let cloud = try Self.cloud()
        let run = try FunctionRun("gmail-forwarder", in: cloud, variables: ["LEDGER_DAYS": value])
        #expect(run.status > 0)
        #expect(cloud.now.calls == ["init/error"])
    }

    @Test("Garbage is an error of the invocation, or a failed record, and the process goes on")
    func garbage() throws {
        let cloud = try Self.cloud {
            $0.events = [.init([:]), .init(["Records": []]), .init(Array("no JSON".utf8))]
            $0.events.append(.init(SampleRecord.batch(SampleRecord.sqs("garbage"))))
            $0.events.append(.init(Self.event))
        }
        #expect(try FunctionRun("gmail-forwarder", in: cloud).status == 0)
        let now = cloud.now
        #expect(now.kinds == ["error", "error", "error", "response", "response"])
        #expect(
            now.replies[3].body == ["batchItemFailures": [["itemIdentifier": "record-1"]]])
        #expect(now.imports.count == 1)
    }

    @Test(
        "Whatever does not answer, the function does in time, and the mail is kept",
        arguments: [
            ("DynamoDB", 100), ("S3", 100), ("SSM", 100), ("Google", 100), ("Gmail", 100),
            ("Gmail", 6 << 20),
        ])
    func deadline(service: String, count: Int) throws {
        let mail = ForwarderBench.mail + [UInt8](repeating: 10, count: count)
        let cloud = try Self.cloud(mail) {
            $0.hanging = [service]
            $0.events = [.init(Self.event, deadlineSeconds: 3)]
        }
        #expect(try FunctionRun("gmail-forwarder", in: cloud).status == 0)
        let now = cloud.now
        #expect(
            now.replies.map(\.body) == [["batchItemFailures": [["itemIdentifier": "record-1"]]]])
        #expect(now.replies.allSatisfy { $0.secondsBeforeDeadline > 0 })
        #expect(now.objects[Self.object] == mail && now.imports.isEmpty)
    }

    @Test(
        "No back-off outlives the deadline, and the claim is kept",
        arguments: [("S3", 100), ("SSM", 100), ("Google", 100), ("Gmail", 100), ("Gmail", 6 << 20)])
    func backOff(service: String, count: Int) throws {
        let mail = ForwarderBench.mail + [UInt8](repeating: 10, count: count)
        let cloud = try Self.cloud(mail) {
            $0.throttled = [service]
            $0.events = [.init(Self.event, deadlineSeconds: 4)]
        }
        #expect(try FunctionRun("gmail-forwarder", in: cloud).status == 0)
        let now = cloud.now
        #expect(
            now.replies.map(\.body) == [["batchItemFailures": [["itemIdentifier": "record-1"]]]])
        #expect(now.replies.allSatisfy { $0.secondsBeforeDeadline > 0 })
        #expect(now.calls.filter { $0.hasPrefix(service) }.count > 1)
        #expect(cloud.table.states == ["GMAIL#me@gmail.com": "claimed"])
    }

    @Test("A proxy's success is no import: the mail stays, and so does the claim")
    func proxy() throws {
        let cloud = try Self.cloud { $0.proxied = ["Gmail"] }
        #expect(try FunctionRun("gmail-forwarder", in: cloud).status == 0)
        let now = cloud.now
        #expect(
            now.replies.map(\.body) == [["batchItemFailures": [["itemIdentifier": "record-1"]]]])
        #expect(now.calls.filter { $0 == "Gmail" }.count == 1)
        #expect(now.objects[Self.object] == ForwarderBench.mail)
        #expect(cloud.table.states == ["GMAIL#me@gmail.com": "claimed"])
    }

    @Test("A proxy's success is no upload session: nothing was sent, and the mail stays")
    func proxyOfSession() throws {
        let mail = ForwarderBench.mail + [UInt8](repeating: 10, count: 6 << 20)
        let cloud = try Self.cloud(mail) { $0.proxied = ["Gmail"] }
        #expect(try FunctionRun("gmail-forwarder", in: cloud).status == 0)
        let now = cloud.now
        #expect(
            now.replies.map(\.body) == [["batchItemFailures": [["itemIdentifier": "record-1"]]]])
        #expect(now.objects[Self.object] == mail && now.imports.isEmpty)
    }

    @Test("A delete that does not answer fails the record in time, with the mail imported once")
    func deadlineOfDelete() throws {
        let cloud = try Self.cloud {
            $0.events = [.init(Self.event), .init(Self.event, deadlineSeconds: 3)]
        }
        // Done by an earlier delivery: this one has nothing left but to delete.
        cloud.table.put([
            "PK": ["S": "MAIL#mail-1"], "SK": ["S": "GMAIL#me@gmail.com"], "state": ["S": "done"],
            "until": ["N": "1"],
        ])
        cloud.change {
            $0.hanging = ["S3"]
            $0.events.removeFirst()
        }
        #expect(try FunctionRun("gmail-forwarder", in: cloud).status == 0)
        let now = cloud.now
        #expect(
            now.replies.map(\.body) == [["batchItemFailures": [["itemIdentifier": "record-1"]]]])
        #expect(now.replies.allSatisfy { $0.secondsBeforeDeadline > 0 })
        #expect(now.imports.isEmpty)
    }

    @Test("An import that is not answered ends early enough to record one that is")
    func timeToRecord() throws {
        let cloud = try Self.cloud {
            $0.hanging = ["Gmail"]
            $0.events = [.init(Self.event, deadlineSeconds: 9)]
        }
        #expect(try FunctionRun("gmail-forwarder", in: cloud).status == 0)
        // One second of the nine is the margin of every call, two more are this call's own: without
        // those the reply could not come earlier than one second before the deadline.
        #expect(cloud.now.replies.allSatisfy { $0.secondsBeforeDeadline > 1.1 })
        #expect(cloud.now.replies.count == 1)
    }

    @Test("A new token that cannot be written back is one warning, and the mail is imported")
    func refusedWriteBack() throws {
        let cloud = try Self.cloud { $0.refused = ["SSM PutParameter"] }
        let run = try FunctionRun("gmail-forwarder", in: cloud)
        #expect(cloud.now.imports.count == 1)
        let warnings = run.output.logs.filter { $0["level"] == "WARN" }
        #expect(warnings.map { $0["message"] } == ["the new token was not written back"])
        #expect(run.output.counts == ["GmailForwardSuccess": 1])
    }

    @Test("A token that somebody else has written between is a warning of its own")
    func overwrittenToken() throws {
        let cloud = try Self.cloud { $0.skippedVersions = 1 }
        let run = try FunctionRun("gmail-forwarder", in: cloud)
        #expect(cloud.now.imports.count == 1)
        let warnings = run.output.logs.filter { $0["level"] == "WARN" }
        #expect(
            warnings.map { $0["message"] }
                == ["the token of another writer may have been overwritten"])
        #expect(warnings.first?["reason"]?.string?.contains("version 3") == true)
    }

    @Test("Without a reader of its output the process answers its events to the end")
    func closedOutput() throws {
        let cloud = try Self.cloud { $0.events = [.init(Self.event), .init(Self.event)] }
        let run = try FunctionRun("gmail-forwarder", in: cloud, readsOutput: false)
        #expect(run.status == 0)
        #expect(cloud.now.kinds == ["response", "response"])
        #expect(cloud.now.imports.count == 1)
    }
}
