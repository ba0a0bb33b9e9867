import Delivery
import FunctionTestSupport
import JSON
import Lambda
import TestSupport
import Testing

@testable import gmail_forwarder

/// Which mails go into which mailboxes, how often, and when the stored one is deleted.
struct ForwarderHandlerTests {
    @Test("A mail is claimed, fetched once, imported, completed and then deleted")
    func oneMailbox() throws {
        let bench = ForwarderBench()
        #expect(
            try bench.deliver(SampleDecision.oneMailbox) == (true, ForwarderFailureTests.whole))
        #expect(bench.mailboxes == ["me@gmail.com": [ForwarderBench.mail]])
        #expect(bench.objects.isEmpty)
        #expect(bench.output.counts == ["GmailForwardSuccess": 1])
    }

    @Test("The ledger's row says until when it is claimed, and when it goes")
    func ledgerRow() throws {
        let bench = ForwarderBench()
        bench.journal.failOnce(ForwarderFailureTests.import, .lost)
        _ = try bench.deliver(SampleDecision.oneMailbox)
        let claimed = try #require(bench.table.row("MAIL#mail-1", "GMAIL#me@gmail.com"))
        let start = bench.clock.milliseconds
        #expect(
            claimed["until"]?["N"]?.string
                == String(start + ForwarderBench.invocationMilliseconds))
        let end = start / 1000 + 120 * 86_400
        #expect(claimed["expires_at"]?["N"]?.string == String(end))
        #expect(
            Set(claimed.members?.map(\.name) ?? [])
                == ["PK", "SK", "state", "owner", "until", "expires_at"])
    }

    @Test("Two mailboxes share one fetch, and each has its own entry")
    func twoMailboxes() throws {
        let bench = ForwarderBench()
        #expect(
            try bench.deliver(SampleDecision.twoMailboxes) == (
                true,
                [
                    "claim GMAIL#a@gmail.com", "claim GMAIL#b@gmail.com", "fetch emails/mail-1",
                    "import a@gmail.com", "complete GMAIL#a@gmail.com", "import b@gmail.com",
                    "complete GMAIL#b@gmail.com", "delete emails/mail-1",
                ]
            ))
        #expect(bench.output.counts == ["GmailForwardSuccess": 2])
    }

    @Test(
        "Where one of two mailboxes fails, the other has its mail once and the mail is kept",
        arguments: [("a", "b"), ("b", "a")], Journal.Failure.allCases)
    func oneOfTwoFails(names: (String, String), failure: Journal.Failure) throws {
        let (bad, good) = names
        let bench = ForwarderBench()
        bench.journal.failOnce("import \(bad)@gmail.com", failure)
        let first = try bench.deliver(SampleDecision.twoMailboxes)
        #expect(!first.succeeds && first.steps.contains("complete GMAIL#\(good)@gmail.com"))
        #expect(bench.objects["emails/mail-1"] != nil)
        #expect(bench.output.counts == ["GmailForwardSuccess": 1, "GmailForwardFailure": 1])
        bench.waitForClaims()
        let second = try bench.deliver(SampleDecision.twoMailboxes)
        #expect(second.succeeds && !second.steps.contains("import \(good)@gmail.com"))
        #expect(bench.mailboxes["\(good)@gmail.com"]?.count == 1)
        #expect(bench.mailboxes["\(bad)@gmail.com"]?.count == (failure == .lost ? 2 : 1))
        #expect(bench.objects.isEmpty)
    }

    @Test(
        "Targets that lead to the same mailbox are one import, in whatever case",
        arguments: [["me@gmail.com", "me@gmail.com"], ["Me@Gmail.com", " me@GMAIL.com "]])
    func sameMailbox(destinations: [String]) throws {
        let bench = ForwarderBench()
        let decision = SampleDecision {
            $0.forward = destinations.enumerated().map { ("u\($0)@example.com", $1) }
        }
        #expect(try bench.deliver(decision) == (true, ForwarderFailureTests.whole))
        #expect(bench.mailboxes.mapValues(\.count) == ["me@gmail.com": 1])
    }

    @Test("A live claim of another's fails the record, and nothing is done", arguments: [0, 1])
    func foreignClaim(millisecondsLeft: Int64) throws {
        let bench = ForwarderBench()
        bench.table.put(entry("claimed", until: bench.clock.milliseconds + millisecondsLeft))
        #expect(
            try bench.deliver(SampleDecision.oneMailbox) == (false, [ForwarderFailureTests.claim]))
        #expect(bench.output.counts == ["GmailForwardFailure": 1])
    }

    @Test("A claim that has run out is taken over")
    func expiredClaim() throws {
        let bench = ForwarderBench()
        bench.table.put(entry("claimed", until: bench.clock.milliseconds - 1))
        #expect(
            try bench.deliver(SampleDecision.oneMailbox) == (true, ForwarderFailureTests.whole))
    }

    @Test("What is done is a success without an effect, with the mail deleted long ago")
    func done() throws {
        let bench = ForwarderBench()
        bench.table.put(entry("done", until: 0))
        bench.objects = [:]
        #expect(
            try bench.deliver(SampleDecision.oneMailbox)
                == (true, [ForwarderFailureTests.claim, ForwarderFailureTests.delete]))
        #expect(bench.mailboxes.isEmpty)
        #expect(bench.output.values("outcome") == ["already-imported"])
        #expect(bench.output.counts == [:])
    }

    @Test("A mail that Gmail refused for good is a success, and is kept at every delivery")
    func refused() throws {
        let bench = ForwarderBench()
        bench.table.put(entry("refused", until: 0, mailbox: "a@gmail.com"))
        #expect(
            try bench.deliver(SampleDecision.twoMailboxes) == (
                true,
                [
                    "claim GMAIL#a@gmail.com", "claim GMAIL#b@gmail.com", "fetch emails/mail-1",
                    "import b@gmail.com", "complete GMAIL#b@gmail.com",
                ]
            ))
        #expect(
            try bench.deliver(SampleDecision.twoMailboxes)
                == (true, ["claim GMAIL#a@gmail.com", "claim GMAIL#b@gmail.com"]))
        #expect(bench.objects["emails/mail-1"] != nil)
        #expect(
            bench.output.values("outcome")
                == ["already-refused", "imported", "already-refused", "already-imported"])
        bench.objects = [:]
        #expect(try bench.deliver(SampleDecision.twoMailboxes).succeeds)
    }

    @Test("A row in a form that is not known fails the record, and nothing is imported or deleted")
    func unreadableRow() throws {
        let bench = ForwarderBench()
        bench.table.put(entry("unheard-of", until: 0))
        #expect(
            try bench.deliver(SampleDecision.oneMailbox) == (false, [ForwarderFailureTests.claim]))
        #expect(bench.objects["emails/mail-1"] != nil)
    }

    @Test("A missing mail is a failure where an import is still to be made")
    func missingObject() throws {
        let bench = ForwarderBench()
        bench.objects = [:]
        bench.table.put(entry("done", until: 0, mailbox: "a@gmail.com"))
        let (succeeds, steps) = try bench.deliver(SampleDecision.twoMailboxes)
        #expect(!succeeds)
        #expect(steps.last == "fetch emails/mail-1")
    }

    @Test(
        "The stored mail is kept where a recipient is stored or bounced",
        arguments: [(["s@example.com"], []), ([], ["b@example.com"]), (["s@x.y"], ["b@x.y"])])
    func kept(store: [String], bounce: [String]) throws {
        let bench = ForwarderBench()
        let decision = SampleDecision {
            $0.forward = [("user@example.com", "me@gmail.com")]
            $0.store = store
            $0.bounce = bounce
        }
        #expect(
            try bench.deliver(decision) == (true, Array(ForwarderFailureTests.whole.dropLast())))
        #expect(bench.objects["emails/mail-1"] != nil)
        #expect(try bench.deliver(decision) == (true, [ForwarderFailureTests.claim]))
    }

    @Test(
        "The object is the one that SES names in our bucket, else the one that our rule makes",
        arguments: [
            (SampleMail.bucket, "odd/key", "odd/key"), ("other-bucket", "odd/key", "emails/mail-1"),
            (SampleMail.bucket, "", "emails/mail-1"), (SampleMail.bucket, nil, "emails/mail-1"),
        ])
    func objectKey(bucket: String, named: String?, key: String) throws {
        let bench = ForwarderBench()
        bench.objects = [key: ForwarderBench.mail]
        var decision = SampleDecision.oneMailbox
        decision.mail.bucket = bucket
        decision.mail.objectKey = named
        #expect(try bench.deliver(decision).succeeds)
        #expect(bench.objects.isEmpty)
    }

    @Test(
        "A mail without a Message-ID gets one as its first line, the same at each try",
        arguments: [
            "Subject: x\r\n\r\nbody", "Message-ID: \r\nSubject: x\r\n\r\nbody", "", "\r\nbody",
            "Subject: a\r\n Message-ID: <folded@x>\r\n\r\nMessage-ID: <body@x>\r\n",
        ])
    func missingMessageID(mail: String) throws {
        let bench = ForwarderBench()
        bench.objects = ["emails/mail-1": Array(mail.utf8)]
        bench.journal.failOnce(ForwarderFailureTests.import, .lost)
        _ = try bench.deliver(SampleDecision.oneMailbox)
        bench.waitForClaims()
        #expect(try bench.deliver(SampleDecision.oneMailbox).succeeds)
        let expected = Array("Message-ID: <mail-1@ses-mail.invalid>\r\n\(mail)".utf8)
        #expect(bench.mailboxes["me@gmail.com"] == [expected, expected])
    }

    private func entry(
        _ state: String, until: Int64, mailbox: String = "me@gmail.com"
    ) -> JSONValue {
        [
            "PK": ["S": "MAIL#mail-1"], "SK": ["S": .string("GMAIL#\(mailbox)")],
            "state": ["S": .string(state)], "until": ["N": .string(String(until))],
            "expires_at": ["N": "1"],
        ]
    }
}
