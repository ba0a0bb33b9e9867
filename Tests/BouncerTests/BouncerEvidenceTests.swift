import AWS
import FunctionTestSupport
import HTTP
import Testing

@testable import bouncer

/// A mail of whose headers SES sent only the first 10 KB: the stored copy has the evidence.
struct BouncerEvidenceTests {
    static let cut = SampleDecision {
        $0.bounce = ["a@example.com"]
        $0.mail.headersTruncated = true
        $0.mail.headers = [("Received", "from a by b")]
    }
    static let get = "get emails/mail-1"
    static let whole = "Received: from a by b\r\nMessage-ID: <whole@x.example>\r\n\r\nbody"

    @Test(
        "What stands behind the cut keeps a machine from being answered",
        arguments: [
            ("List-Id: <l.x.example>\r\n", "mailing-list"), ("list-id : x\n", "mailing-list"),
            ("Auto-Submitted:\r\n auto-generated\r\n", "auto-submitted"),
            ("Precedence: (really)\r\n\tBULK\r\n", "bulk-precedence"),
            ("Content-Type: multipart/report;\r\n a=b\r\n", "delivery-report"),
            ("From: MAILER-DAEMON\n", "automatic-sender"),
        ])
    func evidence(field: String, reason: String) throws {
        let bench = BouncerBench()
        bench.storedMail = "Received: x\r\n\(field)Subject: y\r\n\r\nbody"
        #expect(try bench.deliver(Self.cut) == (true, [Self.get]))
        #expect(bench.outbox == [])
        #expect(bench.output.values("reason") == [reason])
        #expect(bench.output.counts == ["BounceSuppressed": 1])
    }

    @Test("Without such evidence a person is answered, with the Message-ID that was cut off")
    func person() throws {
        let bench = BouncerBench()
        bench.storedMail = Self.whole
        #expect(try bench.deliver(Self.cut) == (true, [Self.get] + BouncerFailureTests.whole))
        #expect(
            bench.outbox.first?.text.contains("\r\nIn-Reply-To: <whole@x.example>\r\n") == true)
    }

    @Test(
        "Only From in the whole header proves a sender whom SPF does not",
        arguments: [
            (["Jane <jane@sender.example>"], nil), ([], "unauthenticated"),
            (["jane@sender.example", "x@attacker.example"], "unauthenticated"),
            (["x@attacker.example"], "unauthenticated"),
            (["jane@sender.example, x@attacker.example"], "unauthenticated"),
        ] as [([String], String?)])
    func proof(from: [String], reason: String?) throws {
        let bench = BouncerBench()
        var decision = Self.cut
        decision.mail.verdicts = ["spf": "GRAY", "dmarc": "PASS"]
        // What SES sent looks like proof.
        decision.mail.headers = [("From", "jane@sender.example")]
        bench.storedMail = from.map { "From: \($0)\r\n" }.joined() + "Subject: x\r\n\r\n"
        #expect(try bench.deliver(decision).succeeds)
        #expect(bench.outbox.count == (reason == nil ? 1 : 0))
        #expect(bench.output.values("reason") == (reason.map { [$0] } ?? []))
    }

    @Test("Where the header is gone, a sender who lacks proof gets no report either")
    func unproved() throws {
        let bench = BouncerBench()
        var decision = Self.cut
        decision.mail.verdicts = ["spf": "GRAY", "dmarc": "PASS"]
        #expect(try bench.deliver(decision) == (true, [Self.get]))
        #expect(bench.output.values("reason") == ["headers-cut"])
    }

    @Test("What stands in the body is no evidence")
    func body() throws {
        let bench = BouncerBench()
        bench.storedMail = Self.whole + "\r\nList-Id: <l.x.example>\r\n"
        #expect(try bench.deliver(Self.cut).succeeds)
        #expect(bench.outbox.count == 1)
    }

    @Test(
        "Where the header cannot be seen whole, nothing is sent",
        arguments: [
            nil, "", "Received: x\r\n", "Received: x\r\nSubject: y", "no header at all",
            String(repeating: "X-Long: value\r\n", count: 20_000) + "\r\nbody",
            "X: " + String(repeating: "x", count: (256 << 10) - 6) + "\r\n\r\n",
        ])
    func cutForGood(storedMail: String?) throws {
        let bench = BouncerBench()
        bench.storedMail = storedMail
        #expect(try bench.deliver(Self.cut) == (true, [Self.get]))
        #expect(bench.outbox == [])
        #expect(bench.output.values("reason") == ["headers-cut"])
        #expect(bench.output.counts == ["BounceSuppressed": 1])
    }

    @Test("A header whose empty line just fits into 256 KB is whole")
    func boundary() throws {
        let bench = BouncerBench()
        bench.storedMail = "X: " + String(repeating: "x", count: (256 << 10) - 7) + "\r\n\r\n"
        #expect(try bench.deliver(Self.cut).succeeds)
        #expect(bench.outbox.count == 1)
    }

    @Test("Without a bucket nothing is sent, and nothing is read")
    func noBucket() throws {
        let bench = BouncerBench()
        bench.knowsBucket = false
        #expect(try bench.deliver(Self.cut) == (true, []))
        #expect(bench.output.values("reason") == ["headers-cut"])
    }

    @Test(
        "A failure that can pass fails the record, and the next delivery sends the report",
        arguments: [
            AWSError.refused(
                .getObject, AWSRefusal(code: "AccessDenied", message: "no", status: 403)),
            .refused(.getObject, AWSRefusal(code: "NoSuchBucket", message: "", status: 404)),
            .refused(.getObject, AWSRefusal(code: "InternalError", message: "", status: 500)),
            .unanswered(.timedOut(.getObject)),
        ])
    func passing(failure: AWSError) throws {
        let bench = BouncerBench()
        bench.storedMail = Self.whole
        bench.storageFailure = failure
        #expect(try bench.deliver(Self.cut) == (false, [Self.get]))
        #expect(bench.output.counts == ["BounceSendFailure": 1])
        bench.storageFailure = nil
        #expect(try bench.deliver(Self.cut) == (true, [Self.get] + BouncerFailureTests.whole))
        #expect(bench.outbox.count == 1)
    }

    @Test("What is not answered anyway is not looked up", arguments: ["spf", "spam", "source"])
    func noNeed(reason: String) throws {
        let bench = BouncerBench()
        var decision = Self.cut
        switch reason {
        case "source": decision.mail.source = ""
        default: decision.mail.verdicts[reason] = "FAIL"
        }
        #expect(try bench.deliver(decision) == (true, []))
        #expect(bench.outbox == [])
    }

    @Test("Headers that only our router reduced are evidence enough")
    func reduced() throws {
        let bench = BouncerBench()
        var decision = Self.cut
        decision.mail.headersTruncated = false
        #expect(try bench.deliver(decision) == (true, BouncerFailureTests.whole))
    }

    @Test(
        "The mail is looked for where SES put it, in our bucket only",
        arguments: [
            (SampleMail.bucket, "emails/elsewhere", "get emails/elsewhere"),
            (SampleMail.bucket, "", "get emails/mail-1"), ("other", "emails/x", Self.get),
        ])
    func place(bucket: String, key: String, step: String) throws {
        let bench = BouncerBench()
        var decision = Self.cut
        decision.mail.bucket = bucket
        decision.mail.objectKey = key
        #expect(try bench.deliver(decision) == (true, [step]))
    }
}

extension CallName {
    static let getObject = CallName("S3", "GetObject")
}
