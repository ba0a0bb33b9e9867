import TestSupport
import Testing

@testable import ses_mail

/// What follows from the reports, as one sentence for each domain.
struct ReportVerdictTests {
    private typealias Samples = ReportSamples

    private static let span = ReportSpan(
        since: .days(30), now: Clock.epochSeconds())

    private func mail(
        _ texts: [String], _ kind: ReportKind, for domains: [String] = ["example.com"],
        id: String = "m0"
    ) -> ReportMail {
        let parts = texts.map { "--b\r\nContent-Type: application/xml\r\n\r\n\($0)\r\n" }
        let mail = "Content-Type: multipart/mixed; boundary=b\r\n\r\n\(parts.joined())--b--\r\n"
        return ReportMail(
            messageID: id, recipientDomains: domains.map { DNSName($0) },
            content: ReportContent(Array(mail.utf8), as: [kind]))
    }

    private func intake(_ domains: [String] = ["example.com"], chosen: String? = nil)
        -> ReportIntake
    {
        ReportIntake(
            ownDomains: domains.map { DNSName($0) }, chosen: chosen.map { DNSName($0) },
            since: Samples.now - 10 * 86_400)
    }

    private func dmarc(_ records: [Samples.Record], policy: String = "none") throws
        -> ReportVerdict
    {
        var summary = DMARCSummary(intake())
        summary.add(mail([Samples.dmarc(records, policy: policy)], .dmarc))
        #expect(summary.intake.refusals.isEmpty)
        return try #require(summary.verdicts(Self.span, checking: "CHECK").first)
    }

    @Test("All of ours aligned: p=reject is safe, and who else sent as us is named")
    func safe() throws {
        let records: [Samples.Record] = [
            .ses("54.240.8.1", 1000), .ses("54.240.8.2", 240),
            .stranger("203.0.113.7", 12, "none"),
        ]
        let verdict = try dmarc(records)
        #expect(
            verdict.advice == "p=reject is safe: all 1,240 messages of yours in 30 days aligned; "
                + "12 came from 203.0.113.7, which is not yours")
        #expect(verdict.severity == .note && verdict.cure?.contains("dmarc_policy") == true)
        let enforced = try dmarc(records, policy: "reject")
        #expect(enforced.severity == .ok && enforced.cure == nil)
        #expect(enforced.advice.hasPrefix("p=reject is in force, and all 1,240 messages of yours"))
        let one = try dmarc([.ses("54.240.8.1", 1)])
        #expect(one.advice == "p=reject is safe: the one message of yours in 30 days aligned")
    }

    @Test("A source of ours that did not align keeps p=reject from being safe")
    func unsafe() throws {
        var broken = Samples.Record.stranger("54.240.8.1", 30, "none")
        broken.spfResults = [("eu-west-1.amazonses.com", "pass")]
        let records: [Samples.Record] = [.ses("54.240.8.2", 1210), broken]
        let verdict = try dmarc(records)
        #expect(verdict.severity == .warning)
        #expect(
            verdict.advice == "p=reject is not safe yet: 30 of 1,240 messages of yours in 30 days "
                + "did not align, most of them from 54.240.8.1 (Amazon SES)")
        let enforced = try dmarc(records, policy: "reject")
        #expect(enforced.advice.hasPrefix("p=reject is in force, and 30 of 1,240 messages"))
        broken.count = "12"
        #expect(try dmarc([.ses("54.240.8.2", 1210), broken]).severity == .note)
    }

    @Test("An address that passed SPF for us once is ours, also where it did not align")
    func ownServer() throws {
        let verdict = try dmarc([
            .init(source: "192.0.2.1", count: "10", dkim: "fail"),
            .stranger("192.0.2.1", 5, "reject"),
        ])
        #expect(verdict.advice.contains("5 of 15 messages of yours"))
        #expect(verdict.severity == .warning)
    }

    @Test("What a forwarder changed on its way is not counted against us")
    func forwarder() throws {
        let verdict = try dmarc([
            .ses("54.240.8.1", 100),
            .init(
                source: "198.51.100.2", count: "7", spf: "fail",
                dkimResults: [("example.com", "pass"), ("amazonses.com", "pass")],
                spfResults: [("list.example", "pass")]),
            .stranger("198.51.100.2", 3, "none"),
        ])
        #expect(
            verdict.advice == "p=reject is safe: all 107 messages of yours in 30 days aligned; "
                + "3 more were changed on their way, most by 198.51.100.2 (list.example)")
    }

    @Test("Of several strangers the largest is named, and a service may be the owner's")
    func strangers() throws {
        var service = Samples.Record.stranger("203.0.113.8", 40, "none")
        service.spfResults = [("mail.service.example", "pass")]
        let verdict = try dmarc([
            .ses("54.240.8.1", 10), service, .stranger("203.0.113.7", 2, "none"),
        ])
        #expect(
            verdict.advice.hasSuffix(
                "; 42 came from 2 sources that are not yours, most from 203.0.113.8 "
                    + "(mail.service.example) (unless you send through a service there)"))
        let alone = try dmarc([service])
        #expect(
            alone.advice.hasPrefix(
                "p=reject is safe if nobody sends as example.com: no message of yours was "
                    + "reported in 30 days; 40 came from 203.0.113.8"))
    }

    @Test("A report counts once, in its time, for our domains, and what is left out is counted")
    func intake() {
        var summary = DMARCSummary(intake(["example.com", "example.org"]))
        let report = Samples.dmarc([.ses("192.0.2.1", 5)])
        summary.add(mail([report, report], .dmarc))
        summary.add(mail([report.replacing("Remote", with: "REMOTE")], .dmarc))
        summary.add(mail([report.replacing("Remote", with: "Other")], .dmarc))
        summary.add(mail([Samples.dmarc(domain: "sub.example.org")], .dmarc))
        summary.add(mail([Samples.dmarc(domain: "notexample.com")], .dmarc))
        summary.add(mail([Samples.dmarc(begin: 0, end: Samples.now - 10 * 86_400)], .dmarc))
        summary.add(mail([], .dmarc))
        summary.add(mail(["<html/>"], .dmarc))
        #expect(
            summary.intake.summary == "3 reports of 2 organisations; left out: 2 duplicates, 1 "
                + "about other domains, 1 about an earlier time, one mail without a report, 1 that "
                + "could not be read.")
        let rows = summary.rows.map { "\($0.domain) \($0.address) \($0.source.messages)" }
        #expect(rows == ["example.com 192.0.2.1 10", "sub.example.org 192.0.2.1 1"])
        #expect(
            summary.verdicts(Self.span, checking: "").map(\.isKnown) == [true, false, true])
    }

    @Test("Where no rule names our domains, the addresses of the mail do")
    func unknownDomains() {
        var summary = DMARCSummary(intake([]))
        summary.add(mail([Samples.dmarc()], .dmarc))
        summary.add(mail([Samples.dmarc()], .dmarc, for: ["example.org"]))
        #expect(summary.intake.count == 1 && summary.intake.foreignCount == 1)
    }

    @Test("Of one domain only what is asked for is added up")
    func chosen() {
        var summary = DMARCSummary(intake(["example.com", "example.org"], chosen: "example.org"))
        summary.add(mail([Samples.dmarc(), Samples.dmarc(domain: "a.example.org")], .dmarc))
        #expect(summary.rows.map(\.domain.text) == ["a.example.org"])
        #expect(summary.intake.foreignCount == 0)
    }

    private func tls(_ reports: [String]) throws -> ReportVerdict {
        var summary = TLSSummary(intake())
        for report in reports { summary.add(mail([report], .tls)) }
        #expect(summary.intake.refusals.isEmpty)
        return try #require(summary.verdicts(Self.span, checking: "CHECK").first)
    }

    @Test("MTA-STS may be enforced where every session succeeded, and not where some failed")
    func transport() throws {
        let safe = try tls([Samples.tls(succeeded: "1000"), Samples.tls(succeeded: "240", id: "2")])
        #expect(
            safe.advice
                == "MTA-STS may go to enforce: all 1,240 sessions in 30 days succeeded")
        #expect(safe.severity == .note && safe.cure?.contains("mta_sts_mode") == true)
        let enforced = try tls([
            Samples.tls(end: Samples.now - 86_400), Samples.tls(mode: "enforce", id: "2"),
        ])
        #expect(enforced.severity == .ok)
        #expect(
            enforced.advice == "MTA-STS is enforced, and all 20 sessions in 30 days succeeded")
        let failing = Samples.tls(
            succeeded: "90", failed: "10",
            details: #"{"result-type": "certificate-expired", "failed-session-count": 10}"#)
        let unsafe = try tls([failing])
        #expect(unsafe.severity == .warning)
        #expect(
            unsafe.advice == "MTA-STS is to stay in testing: 10 of 100 sessions in 30 days failed "
                + "(certificate-expired 10)")
        let without = try tls([Samples.tls().replacing("\"sts\"", with: "\"no-policy-found\"")])
        #expect(
            without.advice == "no sender found an MTA-STS policy in 30 days, in 10 sessions")
        #expect(
            try tls([]).advice
                == "nothing is known: no report came to tlsrpt@example.com in 30 days")
    }

    @Test("doctor has one line for each domain with reports, and one for the others")
    func doctor() {
        var summary = DMARCSummary(intake(["example.com", "example.net", "example.org"]))
        summary.add(mail([Samples.dmarc(policy: "reject")], .dmarc))
        let findings = ReportChecks.findings(
            "DMARC reports", .dmarc, summary.verdicts(Self.span, checking: "CHECK"))
        #expect(
            findings == [
                Check.Finding(
                    "DMARC reports on example.com",
                    .ok(
                        "p=reject is in force, and the one message of yours in 30 days aligned")),
                Check.Finding(
                    "DMARC reports",
                    .note("none came to dmarc@ in 30 days about example.net, example.org")),
            ])
        #expect(
            ReportChecks.findings("TLS reports", .tls, [])
                == [Check.Finding("TLS reports", .note("none came to tlsrpt@ in 30 days"))])
    }

    @Test("Numbers have commas, and a short time is named by its beginning")
    func words() {
        #expect(
            [0, 999, 1000, 1_234_567, -1234].map(\.grouped) == [
                "0", "999", "1,000", "1,234,567", "-1,234",
            ])
        let now = Samples.now
        #expect(
            ReportSpan(since: Since("2h", now: now) ?? .days(1), now: now).words
                == "since 2023-11-14T20:13:20Z")
        #expect(ReportSpan(since: Since("7d", now: now) ?? .days(1), now: now).words == "in 7 days")
    }
}
