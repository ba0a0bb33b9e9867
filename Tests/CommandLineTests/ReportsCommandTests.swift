import Foundation
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// The commands on reports, against a bucket with mails to the addresses for them.
@Suite(.waiting)
struct ReportsCommandTests {
    /// A mail in the bucket.
    private struct Stored {
        let bytes: [UInt8]
        /// The routing log's line about it; nil where the log has none.
        var log: String? = "store dmarc%40example.com - - role-address"
        /// Where the listing says another size than it has.
        var size: Int?
        var isOld = false
    }

    private static let now = Clock.epochSeconds()

    /// A bucket with these mails, the newest first, and a rule that takes mail for two domains.
    private func server(_ mails: [Stored], hasRule: Bool = true) throws -> LoopbackServer {
        try LoopbackServer { request in
            if request.isAboutSettings { return .noParameter }
            if request.bodyText.contains("Action=DescribeActiveReceiptRuleSet") {
                return .ruleSet(hasRule ? Self.ruleSet : "")
            }
            if request.bodyText.contains("Action=") {
                return .caller("123456789012")
            }
            if request.operation == "FilterLogEvents" { return Self.events(mails) }
            if request.head.contains("list-type=2") { return Self.listing(mails) }
            let target = request.target
            let number = target.range(of: "emails/m").flatMap {
                Int(target[$0.upperBound...].prefix { $0 != "?" })
            }
            guard let number else { return Answer(404, [], "") }
            let end = request.header("Range").flatMap { Int($0.split(separator: "-")[1]) } ?? 0
            return Answer(206, [], Array(mails[number].bytes.prefix(end + 1)))
        }
    }

    private static let ruleSet = """
        <Metadata><Name>ses-mail</Name></Metadata><Rules><member>
        <Name>ses-mail-receive-test</Name><Recipients><member>example.com</member>
        <member>Example.ORG</member></Recipients></member></Rules>
        """

    private static func events(_ mails: [Stored]) -> Answer {
        let events = mails.enumerated().compactMap { index, mail -> JSONValue? in
            guard let log = mail.log else { return nil }
            let line = #"{"id":"e","messageId":"m\#(index)","log":"\#(log)"}"#
            return ["eventId": .string("\(index)"), "timestamp": 1, "message": .string(line)]
        }
        return Answer(200, [], JSONValue.object([.init("events", .array(events))]).text)
    }

    private static func listing(_ mails: [Stored]) -> Answer {
        let entries = mails.enumerated().map { index, mail in
            let time = now - (mail.isOld ? 40 * 86_400 : 3600 + index)
            return "<Contents><Key>emails/m\(index)</Key>"
                + "<Size>\(mail.size ?? mail.bytes.count)</Size>"
                + "<LastModified>\(Clock.text(time).dropLast()).000Z</LastModified></Contents>"
        }
        return Answer(200, [], "<ListBucketResult>\(entries.joined())</ListBucketResult>")
    }

    private static func dmarc(
        _ records: [ReportSamples.Record], id: String = "1", organisation: String = "Remote",
        domain: String = "example.com"
    ) -> [UInt8] {
        let text = ReportSamples.dmarc(
            records, id: id, organisation: organisation, domain: domain,
            begin: now - 2 * 86_400, end: now - 86_400)
        return ReportSamples.mail(Array(text.utf8), type: "text/xml", name: "r.xml")
    }

    private static let tlsLog = "store tlsrpt%40example.com - - role-address"

    private static func tls(_ text: String) -> Stored {
        Stored(
            bytes: ReportSamples.mail(Array(text.utf8), type: "application/tlsrpt+json"),
            log: tlsLog)
    }

    private static func mails() -> [Stored] {
        let own = dmarc([
            .ses("54.240.8.1", 1000), .ses("54.240.8.2", 240),
            .stranger("203.0.113.7", 12, "quarantine"),
        ])
        let forged = ReportSamples.mail(
            [], header: "Authentication-Results: amazonses.com; dmarc=fail\r\n")
        return [
            Stored(bytes: own), Stored(bytes: own),
            Stored(bytes: dmarc([.init(source: "2001:db8::1", count: "3")], id: "2")),
            Stored(
                bytes: dmarc([.init()], organisation: "Other", domain: "a.example.org"),
                log: "store DMARC+r%40Example.org - - keep"),
            Stored(bytes: dmarc([.init()], domain: "remote.example")),
            Stored(bytes: own, log: "store anna%40example.com - - keep"),
            Stored(bytes: own, isOld: true),
            Stored(bytes: Array("Subject: a question\r\n\r\nHello\r\n".utf8)),
            Stored(bytes: ReportSamples.mail(Array("<a>".utf8), type: "text/xml")),
            Stored(bytes: own, size: 17 << 20), Stored(bytes: forged),
            tls(
                ReportSamples.tls(
                    succeeded: "1200", failed: "40",
                    details: """
                        {"result-type": "certificate-expired", "failed-session-count": 40}
                        """, end: now - 86_400)),
            tls(ReportSamples.tls(id: "2", organisation: "Other", end: now - 86_400)),
        ]
    }

    @Test("The reports are added up, and each that does not count has its reason")
    func transcript() throws {
        let server = try server(Self.mails())
        defer { server.stop() }
        var transcript = ""
        for words in [
            ["dmarc"], ["dmarc", "--domain", "example.org"], ["dmarc", "--json"],
            ["dmarc", "--tsv"], ["tls"], ["tls", "--json"],
        ] {
            let run = try CommandRun(["reports"] + words, at: server.url)
            #expect(run.complaint.isEmpty)
            transcript += "$ ses-mail reports \(words.joined(separator: " "))\n\(run.output)"
            if run.status != 0 { transcript += "[\(run.status)]\n" }
        }
        #expect(try transcript == GoldenFile("reports.txt").accepted(transcript))
    }

    @Test("Only mail for the address is fetched, and none that is too large")
    func fetched() throws {
        let server = try server(Self.mails())
        defer { server.stop() }
        _ = try CommandRun(["reports", "tls"], at: server.url)
        let fetched = Set(
            server.requests.filter { $0.header("Range") != nil }.compactMap {
                $0.target.split(separator: "/").last.map(String.init)
            })
        #expect(fetched == ["m11", "m12"])
    }

    @Test("Without the routing log, SES's own line names the recipient")
    func withoutLog() throws {
        func stored(_ recipient: String) -> Stored {
            let header =
                "Received: from a by inbound-smtp with SMTP id x for \(recipient); Mon\r\n"
            return Stored(
                bytes: Array(header.utf8) + Self.dmarc([.init()], domain: "example.com"), log: nil)
        }
        let server = try server(
            [stored("dmarc@example.com"), stored("anna@example.com")], hasRule: false)
        defer { server.stop() }
        let run = try CommandRun(["reports", "dmarc"], at: server.url)
        #expect(run.status == 0 && run.complaint.isEmpty)
        #expect(run.output.hasSuffix("one report of one organisation.\n"), "\(run.output)")
    }

    @Test("A domain that is not ours, and a text that is no domain, are refused in a sentence")
    func foreign() throws {
        let server = try server([])
        defer { server.stop() }
        let run = try CommandRun(["reports", "dmarc", "--domain", "b.example"], at: server.url)
        #expect(run.status == 4)
        #expect(
            run.sentence.hasPrefix("ses-mail: test in eu-west-1 takes no mail for b.example. Its"))
        let wrong = try CommandRun(["reports", "tls", "--domain", "a b"], at: server.url)
        #expect(wrong.status == 64)
        let none = try CommandRun(["reports", "tls"], at: server.url)
        #expect(none.status == 0)
        #expect(none.output.contains("nothing is known: no report came to tlsrpt@"))
    }

    @Test("A person is shown the first rows of many, and a program all")
    func manyRows() throws {
        let records = (0..<60).map {
            ReportSamples.Record.stranger("192.0.2.\($0)", 100 - $0, "none")
        }
        let server = try server([Stored(bytes: Self.dmarc(records))])
        defer { server.stop() }
        let run = try CommandRun(["reports", "dmarc"], at: server.url)
        #expect(run.output.contains("192.0.2.49 ") && !run.output.contains("192.0.2.50 "))
        #expect(run.output.contains("\n… and 10 more rows: --tsv and --json print all.\n"))
        let all = try CommandRun(["reports", "dmarc", "--tsv"], at: server.url)
        #expect(all.output.count { $0 == "\n" } == 61)
    }

    @Test("No character that a terminal obeys is printed, wherever a report has it")
    func hostile() throws {
        let evil = "\u{1B}[31m\u{202E}&#x9B;2J&#10;x"
        let text = ReportSamples.dmarc(
            [.init(dkimResults: [("a\u{202E}.example", "pass"), ("b.example", "pass")])],
            organisation: evil.replacing("\u{1B}", with: ""), begin: Self.now - 9, end: Self.now)
        let bad = ReportSamples.dmarc([.init(count: "\u{9B}2J\u{202E}")])
        let tls = ReportSamples.tls(
            details: #"{"result-type": "\u001b[2J", "failed-session-count": 1}"#,
            organisation: #"\u001b]0;x\u0007"#, end: Self.now)
        let server = try server(
            [text, bad].map {
                Stored(bytes: ReportSamples.mail(Array($0.utf8), type: "text/xml"))
            } + [Self.tls(tls)])
        defer { server.stop() }
        for words in [["dmarc"], ["dmarc", "--json"], ["tls"], ["tls", "--json"]] {
            let run = try CommandRun(["reports"] + words, at: server.url)
            #expect(run.output.isHarmless, "\(words)")
            #expect(run.output.contains(words[0] == "dmarc" ? "192.0.2.1" : "sts"))
        }
    }
}
