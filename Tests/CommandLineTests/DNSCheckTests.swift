import Foundation
import JSON
import TestSupport
import Testing

/// `ses-mail dns check` against a name server of the test's own: each kind of finding, and what is
/// said where DNS does not answer.
@Suite(.waiting)
struct DNSCheckTests {
    typealias Zone = NameServer.Zone

    @Test("Where everything is published all is right")
    func right() throws {
        let run = try WantedZone.check { _ in }
        #expect(run.status == 0)
        #expect(run.complaint.isEmpty)
        #expect(run.output.hasSuffix("13 records checked, all correct.\n"))
    }

    /// Changes of the zone, each with its title.
    private static let changes: [(String, @Sendable (inout Zone) -> Void)] = [
        ("all is right", { _ in }),
        ("nothing is published", { $0.records = [Zone.Record("example.com", "A", "192.0.2.1")] }),
        (
            "another MX beside ours, and ours with another preference",
            {
                $0.add("example.com", "MX", "5 mail.elsewhere.example")
                $0.change(
                    "example.com", "MX", to: "20 INBOUND-SMTP.ap-southeast-2.amazonaws.com")
            }
        ),
        (
            "the MAIL FROM domain has a second MX",
            { $0.add("bounce.example.com", "MX", "20 mail.elsewhere.example") }
        ),
        (
            "another SPF record, and a second DMARC record",
            {
                $0.change("example.com", "TXT", to: "v=spf1 mx -all")
                $0.add("_dmarc.example.com", "TXT", "v=DMARC1; p=none")
            }
        ),
        (
            "two SPF records, one of them ours",
            { $0.add("example.com", "TXT", "v=spf1 include:other.example -all") }
        ),
        (
            "SPF and DMARC records that cannot be read",
            {
                $0.change("example.com", "TXT", to: "v=spf1 includes:amazonses.com ~all")
                $0.change("_dmarc.example.com", "TXT", to: "v=DMARC1; p=refuse")
            }
        ),
        (
            "an alias to elsewhere, and an address instead of one",
            {
                $0.change("one._domainkey.example.com", "CNAME", to: "one.elsewhere.example")
                $0.change("mta-sts.example.com", "CNAME", to: nil)
                $0.add("mta-sts.example.com", "A", "192.0.2.2")
            }
        ),
        (
            "the verification is another account's, and TLS-RPT is twice the same",
            {
                $0.change("_amazonses.example.com", "TXT", to: "another-token")
                $0.add(
                    "_smtp._tls.example.com", "TXT",
                    "v=TLSRPTv1;rua=mailto:tlsrpt@example.com;")
            }
        ),
        (
            "SPF takes eleven look-ups, and includes itself",
            { zone in
                zone.change("amazonses.com", "TXT", to: "v=spf1 include:s1.example -all")
                for number in 1...9 {
                    zone.add(
                        "s\(number).example", "TXT", "v=spf1 include:s\(number + 1).example -all")
                }
                zone.add("s10.example", "TXT", "v=spf1 include:s9.example -all")
            }
        ),
        ("the resolver fails at one name", { $0.failures["_dmarc.example.com"] = 2 }),
    ]

    @Test("Every kind of finding is told as it was accepted, with what to set")
    func findings() throws {
        let transcript = try Self.changes.map { title, change in
            let run = try WantedZone.check(change)
            return "# \(title)\n\(run.output)\(run.complaint)[\(run.status)]\n"
        }.joined(separator: "\n")
        #expect(try transcript == GoldenFile("dns.txt").accepted(transcript))
    }

    @Test("What says the same in other letters, order or spaces is right")
    func same() throws {
        let run = try WantedZone.check { zone in
            zone.change("example.com", "MX", to: "10 INBOUND-smtp.AP-southeast-2.amazonaws.com")
            zone.change(
                "_dmarc.example.com", "TXT", to: "v=DMARC1;rua=mailto:dmarc@example.com; p=reject;")
            zone.change("example.com", "TXT", to: "v=spf1  include:AmazonSES.com ~all")
            zone.stringLimit = 7
        }
        #expect(run.status == 0)
    }

    @Test("A policy that is published by way of an alias counts, and the way is told")
    func aliased() throws {
        let run = try WantedZone.check { zone in
            zone.change("_dmarc.example.com", "TXT", to: nil)
            zone.add("_dmarc.example.com", "CNAME", "example.com.dmarc.elsewhere.example")
            zone.add(
                "example.com.dmarc.elsewhere.example", "TXT",
                "v=DMARC1; p=reject; rua=mailto:dmarc@example.com")
        }
        #expect(run.status == 0)
        #expect(run.output.contains("(through example.com.dmarc.elsewhere.example)"))
    }

    @Test("An answer that is too long for UDP is fetched by TCP, and its strings are one text")
    func long() throws {
        let hosts = (0..<7).map { "a:a-mail-server-with-a-long-name-\($0).example.net" }
        let text = (["v=spf1"] + hosts + ["include:amazonses.com", "~all"]).joined(separator: " ")
        let cut = text.index(text.startIndex, offsetBy: 255)
        let quoted = "\"\(text[..<cut])\" \"\(text[cut...])\""
        var zone = WantedZone.zone
        zone.change("example.com", "TXT", to: text)
        zone.add("example.com", "TXT", String(repeating: "filler ", count: 150))
        for host in hosts { zone.add(String(host.dropFirst(2)), "A", "192.0.2.1") }
        let server = try NameServer(zone)
        let wanted = WantedZone.records.map { record in
            record.value == "v=spf1 include:amazonses.com ~all" && record.name == "example.com"
                ? Zone.Record(record.name, record.type, quoted) : record
        }
        let run = try WantedZone.check(server, WantedZone.summary(wanted))
        #expect(run.status == 0)
        #expect(
            run.output.contains("SPF needs 8 DNS look-ups (limit 10), 0 of them empty (limit 2)"))
        let asked = server.questions.filter { $0.name == "example.com" && $0.type == "TXT" }
        #expect(asked.map(\.isTCP) == [false, true])
        // What fits is not asked for by TCP.
        zone.records.removeAll { $0.value.hasPrefix("filler") }
        zone.add("example.com", "TXT", String(repeating: "filler ", count: 60))
        let second = try NameServer(zone)
        #expect(try WantedZone.check(second, WantedZone.summary(wanted)).status == 0)
        #expect(!second.questions.contains { $0.isTCP })
        // To be set it is cut again.
        zone.change("example.com", "TXT", to: nil)
        server.setZone(zone)
        let missing = try WantedZone.check(server, WantedZone.summary(wanted))
        #expect(missing.output.contains("set: example.com. 1800 IN TXT \(quoted)\n"))
    }

    @Test("JSON has every line, what to set, and what was left out")
    func json() throws {
        let run = try WantedZone.check(
            { $0.change("example.com", "MX", to: nil) }, ["--offline", "--json"])
        #expect(run.status == 2)
        let document = try JSONValue(parsing: Array(run.output.utf8))
        let lines = try #require(document["lines"]?.array)
        #expect(lines.count == 13)
        let bad = lines.filter { $0["state"] != "ok" }
        #expect(
            bad == [
                [
                    "domain": "example.com", "severity": "error", "state": "missing",
                    "subject": "MX", "name": "example.com", "detail": "there is no MX record",
                    "set": [
                        [
                            "name": "example.com", "type": "MX",
                            "value": "10 inbound-smtp.ap-southeast-2.amazonaws.com", "ttl": 1800,
                        ]
                    ],
                    "remove": [], "cure": .null,
                ]
            ])
        #expect(
            document["skipped"] == ["(--offline): SES, ACM, MTA-STS policies"])
    }

    @Test("Text before or behind the JSON is shown, and a file is offered")
    func besideJSON() throws {
        let server = try NameServer(WantedZone.zone)
        let box = "\u{1B}[33m╷\n│ Warning: Deprecated\u{7}\n╵\n"
        for (input, words) in [
            (
                "terraform v1.2 wrapper\n" + WantedZone.summary(),
                "before its JSON: \"terraform v1.2"
            ),
            ("\n" + box + WantedZone.summary(), "before its JSON: \"│ Warning: Deprecated"),
            (WantedZone.summary() + "\n" + box, "after its JSON: \"│ Warning: Deprecated"),
            (WantedZone.summary() + "{", "after its JSON: \"{\""),
        ] {
            let run = try WantedZone.check(server, input)
            #expect(run.status == 1)
            #expect(run.sentence.contains("Standard input has text \(words)"), "\(run.complaint)")
            #expect(run.sentence.contains("name it with --records FILE"))
            #expect(!run.complaint.contains("\u{1B}") && !run.complaint.contains("\u{7}"))
        }
        #expect(server.questions.isEmpty)
    }

    @Test("A wrapper of Terraform that prints a line of its own is shown by that line")
    func wrapper() throws {
        let folder = try ScratchFolder()
        let script =
            "#!/bin/sh\necho 'Switched to terraform 1.11.4'\ncat <<'END'\n"
            + "\(WantedZone.summary())\nEND\n"
        try folder.program("terraform", script)
        let run = try CommandRun(
            ["dns", "check", "--env", "test", "--terraform-dir", folder.url.path, "--offline"],
            environment: ["PATH": "\(folder.url.path):/usr/bin:/bin"])
        #expect(run.status == 1)
        #expect(
            run.sentence
                == "ses-mail: Terraform's output has text before its JSON: \"Switched to terraform "
                + "1.11.4\". Find out what prints it, or save only the JSON and name it with "
                + "--records FILE.")
    }

    @Test("What is wanted must be a summary, and a domain one of its own")
    func wrongInput() throws {
        let server = try NameServer(WantedZone.zone)
        for (input, words) in [
            ("{", "Standard input is not valid JSON"),
            ("[]", "Standard input holds no records by domain"),
            (
                #"{"a.example": [{"name": "a.example", "type": "SRV"}]}"#,
                "Standard input, a.example, record 1 needs a name, a type"
            ),
        ] {
            let run = try WantedZone.check(server, input)
            #expect(run.status == 1)
            #expect(run.complaint.hasPrefix("ses-mail: \(words)"))
        }
        let other = try WantedZone.check(
            server, WantedZone.summary(), ["--offline", "other.example"])
        #expect(other.status == 4)
        #expect(
            other.complaint
                == "ses-mail: Terraform has no records for other.example. Its domains are: "
                + "example.com.\n")
        let whole = #"{"dns_configuration_summary": {"value": \#(WantedZone.summary())}}"#
        #expect(try WantedZone.check(server, whole, ["--offline", "EXAMPLE.com."]).status == 0)
        #expect(server.questions.contains { $0.name == "example.com" })
        let file = try CommandRun(["dns", "check", "--records", "/nonexistent"])
        #expect(file.status == 4)
    }
}
