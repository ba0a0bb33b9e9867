import AWS
import FunctionTestSupport
import HTTP
import JSON
import Lambda
import SMTPCredentials
import TestSupport
import Testing

@testable import smtp_credential_manager

struct StreamHandlerTests {
    private static let unavailable = CredentialError.unavailable(
        .unanswered(.timedOut(CallName("IAM", "GetUser"))))

    @Test("The first record that fails is named, and nothing after it is done")
    func stop() throws {
        let output = CapturedOutput()
        var seen: [String] = []
        let handler = StreamHandler(
            apply: { change throws(CredentialError) in
                guard case .user(let username) = change.subject else { return .unchanged }
                seen.append(username.text)
                if username.text == "b" { throw Self.unavailable }
                return .changed
            }, metrics: output.metrics)
        let event = SampleChange.event(
            SampleChange.record("USER#a", sequenceNumber: "1"),
            SampleChange.record("USER#b", sequenceNumber: "2"),
            SampleChange.record("USER#c", sequenceNumber: "3"),
            SampleChange.record("USER#b", sequenceNumber: "4"))
        #expect(try handler.failures(event, output) == ["2"])
        #expect(seen == ["a", "b"])
    }

    @Test("A batch whose first record fails is answered with that one")
    func first() throws {
        let output = CapturedOutput()
        let handler = StreamHandler(
            apply: { _ throws(CredentialError) in throw .rowKeepsChanging },
            metrics: output.metrics)
        let event = SampleChange.event(
            SampleChange.record(sequenceNumber: "00001"),
            SampleChange.record("USER#x", sequenceNumber: "00002"))
        #expect(try handler.failures(event, output) == ["00001"])
        #expect(output.counts == ["SMTPCredentialCreationFailures": 1])
    }

    @Test("A batch that is done is answered with an empty list, whole")
    func done() throws {
        let output = CapturedOutput()
        let handler = StreamHandler(
            apply: { _ throws(CredentialError) in .unchanged }, metrics: output.metrics)
        let answer = try handler.handle(
            Invocation(SampleChange.event(SampleChange.record()), output: output))
        #expect(String(decoding: answer, as: UTF8.self) == #"{"batchItemFailures":[]}"#)
        #expect(output.lines.isEmpty)
    }

    @Test("A change is the record's keys, its old user and its time")
    func change() throws {
        let output = CapturedOutput()
        var seen: [RowChange] = []
        let handler = StreamHandler(
            apply: { change throws(CredentialError) in
                seen.append(change)
                return .unchanged
            }, metrics: output.metrics)
        let john = try #require(Username("john"))
        let event = SampleChange.event(
            SampleChange.record(time: .number("1700000000.9")),
            SampleChange.record(oldUser: "ses-smtp-user-john-5", time: 7),
            SampleChange.record("RETIRE#john#AKIA1"), SampleChange.record("USER#j d"),
            SampleChange.record("CONFIG"), SampleChange.record(partition: "ROUTE#*"),
            SampleChange.record(time: .string("1"), partition: "MAIL#1"))
        #expect(try handler.failures(event, output) == [])
        #expect(
            seen == [
                RowChange(
                    subject: .user(john), oldUserName: nil, epochSeconds: 1_700_000_000),
                RowChange(
                    subject: .user(john), oldUserName: "ses-smtp-user-john-5", epochSeconds: 7),
                RowChange(
                    subject: .retirement(john, accessKeyID: "AKIA1"), oldUserName: nil,
                    epochSeconds: 1_700_000_000),
                RowChange(
                    subject: .illegalUsername(sortKey: "USER#j d"), oldUserName: nil,
                    epochSeconds: 1_700_000_000),
            ])
    }

    @Test("A row with all 32 nested levels that DynamoDB allows stops neither record nor row")
    func deepest() throws {
        let deep = (0..<32).reduce(["S": "the bottom"] as JSONValue) { inner, level in
            level % 2 == 0 ? ["L": [inner]] : ["M": ["a": inner]]
        }
        let world = ManagerWorld(["deep": deep])
        let output = CapturedOutput()
        let event = SampleChange.event(
            SampleChange.record(oldUser: "ses-smtp-user-john-5", more: [.init("deep", deep)]))
        #expect(try world.handler(output).failures(event, output) == [])
        #expect(world.row?["status"] == "active")
    }

    @Test(
        "A record whose time says nothing fails, and does nothing",
        arguments: [
            .null, .string("1700000000"), -1, .number("1e10"), .number("-9223372036854775808"),
            .number("9223372036854775807"), .number("1e300"), .number("-1e300"), .bool(true),
        ] as [JSONValue])
    func noTime(time: JSONValue) throws {
        let output = CapturedOutput()
        let handler = StreamHandler(
            apply: { _ throws(CredentialError) in
                Issue.record("it was carried out")
                return .unchanged
            }, metrics: output.metrics)
        let event = SampleChange.event(SampleChange.record(sequenceNumber: "9", time: time))
        #expect(try handler.failures(event, output) == ["9"])
        #expect(output.values("message") == ["the record has no time"])
    }

    @Test(
        "What is no batch is an error, so that it comes again whole",
        arguments: [
            "", "[]", "{}", #"{"Records":[]}"#, #"{"Records":[{}]}"#,
            #"{"Records":[{"dynamodb":{}}]}"#, #"{"Records":[{"dynamodb":{"SequenceNumber":""}}]}"#,
            #"{"Records":[{"dynamodb":{"SequenceNumber":5}}]}"#,
        ])
    func noBatch(event: String) {
        let output = CapturedOutput()
        let handler = StreamHandler(
            apply: { _ throws(CredentialError) in .unchanged }, metrics: output.metrics)
        #expect(throws: BadEvent.self) {
            try handler.handle(Invocation(Array(event.utf8), output: output))
        }
    }

    @Test(
        "Each outcome has its line and its counts",
        arguments: [
            (.unchanged, [], [:]),
            (.changed, ["IAM was brought to the row"], [:]),
            (.provisioned, ["the credential was made"], ["SMTPCredentialCreations": 1]),
            (.rotated, ["the credential was rotated"], [:]),
            (.deleted, ["the credential was deleted"], ["SMTPCredentialDeletions": 1]),
            (.reported("words"), ["the row has an error"], ["SMTPCredentialCreationFailures": 1]),
            (.currentKeyKept, ["a timer ended for the key in use; the key is kept"], [:]),
        ] as [(RowOutcome, [String], [String: Int])])
    func outcomes(
        outcome: RowOutcome, messages: [String], counts: [String: Int]
    ) throws {
        let output = CapturedOutput()
        let handler = StreamHandler(
            apply: { _ throws(CredentialError) in outcome }, metrics: output.metrics)
        let event = SampleChange.event(SampleChange.record())
        #expect(try handler.failures(event, output) == [])
        #expect(output.values("message") == messages)
        #expect(output.values("username") == messages.map { _ in "john" })
        #expect(output.counts == counts)
        if outcome == .currentKeyKept { #expect(output.values("level") == ["ERROR"]) }
        if case .reported = outcome { #expect(output.values("reason") == ["words"]) }
    }

    @Test("A deletion that fails counts as one")
    func notDeleted() throws {
        let output = CapturedOutput()
        let refusal = AWSError.refused(
            CallName("IAM", "DeleteUser"),
            AWSRefusal(code: "DeleteConflict", message: "keys", status: 409))
        let handler = StreamHandler(
            apply: { _ throws(CredentialError) in throw .notDeleted(refusal) },
            metrics: output.metrics)
        #expect(try handler.failures(SampleChange.event(SampleChange.record()), output) == ["100"])
        #expect(output.counts == ["SMTPCredentialDeletionFailures": 1])
        #expect(
            output.values("reason") == ["IAM.DeleteUser was refused: DeleteConflict (409): keys"])
    }

    @Test("A deletion that waits for a user that IAM shows late counts as one that failed")
    func deletedUserNotVisible() throws {
        let output = CapturedOutput()
        let handler = StreamHandler(
            apply: { _ throws(CredentialError) in throw .deletedUserNotVisible },
            metrics: output.metrics)
        #expect(try handler.failures(SampleChange.event(SampleChange.record()), output) == ["100"])
        #expect(output.counts == ["SMTPCredentialDeletionFailures": 1])
        #expect(
            output.values("reason") == ["IAM does not show the user of the deleted row (yet)"])
    }

    @Test("The keys that a record's images name are part of the change")
    func keys() throws {
        let output = CapturedOutput()
        var seen: [[String]] = []
        let handler = StreamHandler(
            apply: { change throws(CredentialError) in
                seen.append(change.accessKeyIDs)
                return .unchanged
            }, metrics: output.metrics)
        let key = JSONValue.Member("access_key_id", ["S": "AKIA1"])
        let event = SampleChange.event(
            SampleChange.record(), SampleChange.record(more: [key]),
            SampleChange.record(oldUser: "ses-smtp-user-john-5", more: [key]))
        #expect(try handler.failures(event, output) == [])
        #expect(seen == [[], ["AKIA1"], ["AKIA1", "AKIA1"]])
    }

    @Test("A name that is an address is not written out")
    func address() throws {
        let output = CapturedOutput()
        let handler = StreamHandler(
            apply: { _ throws(CredentialError) in .changed }, metrics: output.metrics)
        let event = SampleChange.event(
            SampleChange.record("USER#john@example.com"), SampleChange.record("USER#@x"),
            SampleChange.record("RETIRE#jane@example.com#AKIA1"), SampleChange.record("USER#a b"))
        #expect(try handler.failures(event, output) == [])
        #expect(output.values("username") == ["john@…", "@…", "jane@…", "(illegal)"])
        #expect(!output.lines.joined().contains("@example"))
    }
}
