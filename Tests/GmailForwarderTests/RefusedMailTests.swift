import FunctionTestSupport
import Gmail
import HTTP
import JSON
import TestSupport
import Testing

@testable import gmail_forwarder

/// A mail that Gmail never takes: its mailbox gets a notice, and the stored copy stays.
struct RefusedMailTests {
    static let claim = "claim GMAIL#me@gmail.com"
    static let fetch = "fetch emails/mail-1"
    static let `import` = "import me@gmail.com"
    static let notify = "notify me@gmail.com"
    /// The row's last write, which says `refused`.
    static let record = "complete GMAIL#me@gmail.com"
    static let whole = [claim, fetch, `import`, notify, record]

    static func refusal(
        _ status: Int, _ reason: String, _ message: String = "", of service: String = "Gmail"
    ) -> GmailError {
        .refused(
            CallName(service, "import"), status: status, reason: reason,
            message: GoogleMessage(message), mailbox: "me@gmail.com")
    }

    /// A world in which Gmail refuses the mail once.
    static func bench(
        _ error: GmailError = refusal(400, "invalidArgument", "Invalid From header")
    ) -> ForwarderBench {
        let bench = ForwarderBench()
        bench.refusal = error
        bench.journal.failOnce(Self.import, .refused)
        return bench
    }

    @Test(
        "Refusal, notice, row: the record succeeds, counts once, and the copy stays for good",
        arguments: [
            refusal(400, "invalidArgument", "Invalid From header"), refusal(400, "badRequest"),
            refusal(400, "invalidArgument", "Invalid attachment"), refusal(413, "uploadTooLarge"),
            refusal(413, "HTTP 413"), refusal(400, "HTTP 400", "Bad"),
            refusal(400, "invalidArgument", "Invalid label: SOMETHING"),
        ])
    func refused(error: GmailError) throws {
        let bench = Self.bench(error)
        #expect(try bench.deliver(SampleDecision.oneMailbox) == (true, Self.whole))
        #expect(bench.table.states == ["GMAIL#me@gmail.com": "refused"])
        #expect(
            bench.table.row("MAIL#mail-1", "GMAIL#me@gmail.com")?["reason"]?["S"]?.string
                == "\(error)")
        #expect(bench.output.counts == ["GmailForwardRefused": 1])
        #expect(bench.output.values("outcome") == ["refused"])
        #expect(bench.output.values("reason") == ["\(error)"])
        #expect(bench.objects["emails/mail-1"] != nil && bench.mailboxes.isEmpty)

        #expect(try bench.deliver(SampleDecision.oneMailbox) == (true, [Self.claim]))
        #expect(bench.output.counts == ["GmailForwardRefused": 1])
        #expect(bench.notices["me@gmail.com"]?.count == 1)
        #expect(bench.objects["emails/mail-1"] != nil)
    }

    @Test("The notice tells who wrote, to whom, when, how much, why, and how to get the mail")
    func notice() throws {
        let bench = Self.bench()
        _ = try bench.deliver(SampleDecision.oneMailbox)
        let notice = try #require(bench.notices["me@gmail.com"]?.first)
        for line in [
            "Return-Path: <>", "From: mailer-daemon@example.com", "To: user@example.com",
            "Subject: Refused by Gmail: Quarterly figures",
            "Message-ID: <mail-1.refused@ses-mail.invalid>", "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: All", "Envelope sender: jane@sender.example",
            "To:              user@example.com",
            "Received:        Sat, 18 Jan 2025 10:00:00 +0000",
            "Subject:         Quarterly figures",
            "Size:            \(ForwarderBench.mail.count) bytes",
            "    Invalid From header (invalidArgument, 400)", "    ses-mail mail save mail-1",
        ] { #expect("\r\n\(notice)".contains("\r\n\(line)\r\n"), "\(line)") }
    }

    @Test(
        "A step that fails fails the record, and the next delivery makes up for it",
        arguments: [notify, record], Journal.Failure.allCases)
    func failure(step: String, failure: Journal.Failure) throws {
        let bench = Self.bench()
        bench.journal.failOnce(step, failure)
        let steps = Array(Self.whole[...(Self.whole.firstIndex(of: step) ?? 0)])
        #expect(try bench.deliver(SampleDecision.oneMailbox) == (false, steps))
        #expect(bench.objects["emails/mail-1"] != nil)
        let isNotified = step == Self.record
        #expect(
            bench.output.counts == [isNotified ? "GmailForwardRefused" : "GmailForwardFailure": 1])
        #expect(
            bench.output.values("outcome") == (isNotified ? ["refused", "unrecorded"] : ["failed"]))

        bench.waitForClaims()
        bench.journal.failOnce(Self.import, .refused)
        let isRecorded = isNotified && failure == .lost
        #expect(
            try bench.deliver(SampleDecision.oneMailbox)
                == (true, isRecorded ? [Self.claim] : Self.whole))
        #expect(bench.table.states == ["GMAIL#me@gmail.com": "refused"])
        // Gmail keeps one of two with the same Message-ID.
        let notices = (bench.notices["me@gmail.com"] ?? []).compactMap { notice in
            notice.firstMatch(of: /\r\nMessage-ID: (.*)\r\n/).map { String($0.output.1) }
        }
        #expect(Set(notices) == ["<mail-1.refused@ses-mail.invalid>"])
    }

    @Test("Recipients that share a mailbox get one notice, for the first of them")
    func oneNotice() throws {
        let bench = Self.bench()
        let decision = SampleDecision {
            $0.forward = [("first@example.com", "me@gmail.com"), ("x@example.org", "Me@gmail.com")]
        }
        #expect(try bench.deliver(decision) == (true, Self.whole))
        let notices = bench.notices["me@gmail.com"] ?? []
        #expect(notices.count == 1 && notices[0].contains("\r\nTo: first@example.com\r\n"))
        #expect(notices.first?.contains("x@example.org") == false)
    }

    @Test("Where one of two mailboxes refuses the mail, the other has it, and the copy stays")
    func oneOfTwo() throws {
        let bench = ForwarderBench()
        bench.refusal = Self.refusal(413, "uploadTooLarge")
        bench.journal.failOnce("import a@gmail.com", .refused)
        #expect(try bench.deliver(SampleDecision.twoMailboxes).succeeds)
        #expect(bench.mailboxes.keys.sorted() == ["b@gmail.com"])
        #expect(bench.notices.keys.sorted() == ["a@gmail.com"])
        #expect(bench.objects["emails/mail-1"] != nil)
        #expect(
            bench.output.counts == ["GmailForwardRefused": 1, "GmailForwardSuccess": 1])
    }

    @Test("With every row done or refused a missing mail is a success")
    func missing() throws {
        let bench = ForwarderBench()
        bench.refusal = Self.refusal(413, "uploadTooLarge")
        bench.journal.failOnce("import a@gmail.com", .refused)
        #expect(try bench.deliver(SampleDecision.twoMailboxes).succeeds)
        bench.objects = [:]
        #expect(
            try bench.deliver(SampleDecision.twoMailboxes)
                == (true, ["claim GMAIL#a@gmail.com", "claim GMAIL#b@gmail.com"]))
    }

    @Test(
        "What is blamed on the consent or on a proxy, and what passes, fails the record",
        arguments: [
            refusal(400, "HTTP 400"), refusal(400, "userRateLimitExceeded"),
            refusal(400, "invalid_client", of: "Google"), refusal(401, "authError"),
            refusal(403, "forbidden", "Delegation denied"), refusal(403, "insufficientPermissions"),
            refusal(403, "domainPolicy"), refusal(404, "notFound"), refusal(409, "conflict"),
            refusal(429, "rateLimitExceeded"), refusal(500, "backendError"),
        ])
    func notTheMail(error: GmailError) throws {
        let bench = Self.bench(error)
        #expect(
            try bench.deliver(SampleDecision.oneMailbox)
                == (false, [Self.claim, Self.fetch, Self.import]))
        #expect(bench.notices == [:])
        #expect(bench.table.states == ["GMAIL#me@gmail.com": "claimed"])
        #expect(bench.output.counts == ["GmailForwardFailure": 1])
    }

    @Test("A refusal that blames the account meets the notice too, and fails the record")
    func account() throws {
        let bench = Self.bench(Self.refusal(400, "failedPrecondition", "Mail service not enabled"))
        bench.journal.failOnce(Self.notify, .refused)
        #expect(
            try bench.deliver(SampleDecision.oneMailbox)
                == (false, [Self.claim, Self.fetch, Self.import, Self.notify]))
        #expect(bench.table.states == ["GMAIL#me@gmail.com": "claimed"])
        #expect(bench.output.counts == ["GmailForwardFailure": 1])
    }

    // MARK: labels

    private static let labelled = SampleRecord.batch(
        SampleRecord.sqs(
            SampleDecision.oneMailbox.detail.text.replacing(
                #""destination":"#, with: #""labelIds":["INBOX","Label_7"],"destination":"#)))

    @Test("A mail that is refused with labels of the account's own is tried once more without them")
    func labels() throws {
        let bench = Self.bench(Self.refusal(400, "invalidArgument", "Invalid label: Label_7"))
        #expect(try bench.deliver(Self.labelled) == [])
        #expect(bench.labels == ["me@gmail.com": [["INBOX"]]])
        #expect(bench.output.values("level") == ["WARN", "INFO"])
        #expect(bench.output.values("outcome") == ["labels-refused", "imported"])
        #expect(bench.objects.isEmpty && bench.notices == [:])
    }

    @Test("A category that Gmail does not know is a label that may be gone")
    func category() throws {
        let bench = Self.bench(
            Self.refusal(400, "invalidArgument", "Invalid label: CATEGORY_TRAVEL"))
        let event = String(decoding: Self.labelled, as: UTF8.self).replacing(
            "Label_7", with: #"CATEGORY_TRAVEL\",\"CATEGORY_SOCIAL"#)
        #expect(try bench.deliver(Array(event.utf8)) == [])
        #expect(bench.labels == ["me@gmail.com": [["INBOX", "CATEGORY_SOCIAL"]]])
    }

    @Test("Only a 400 is blamed on labels", arguments: [403, 413, 503])
    func otherStatus(status: Int) throws {
        let bench = Self.bench(Self.refusal(status, "backendError"))
        _ = try bench.deliver(Self.labelled)
        #expect(bench.journal.takeSteps().filter { $0 == Self.import }.count == 1)
        #expect(!bench.output.values("outcome").contains("labels-refused"))
    }
}
