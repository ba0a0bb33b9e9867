import TestSupport
import Testing

@testable import ses_mail

/// `ses-mail dns check` of SPF records: what means the same is right, and no advice takes another
/// service's mail away.
struct DNSSenderTests {
    private static let wantedSPF = "v=spf1 include:amazonses.com ~all"

    private func spf(_ texts: String...) throws -> (status: Int32, lines: [String]) {
        try WantedZone.lines(of: "example.com") { zone in
            zone.change("example.com", "TXT", to: nil)
            for text in texts { zone.add("example.com", "TXT", text) }
        }
    }

    @Test(
        "What means the same is right",
        arguments: [
            "v=spf1 include:amazonses.com. ~all", "V=SPF1 +INCLUDE:AmazonSES.com ~ALL",
            "v=spf1 include:amazonses.com include:amazonses.com ~all",
            "v=spf1 include:amazonses.com ~all redirect=other.example",
        ])
    func sameSPF(text: String) throws {
        let (status, lines) = try spf(text)
        #expect(status == 0)
        #expect(lines == ["ok TXT example.com \(text)"])
    }

    @Test("A record with another service's senders beside ours is right, and Terraform is named")
    func merged() throws {
        let text =
            "v=spf1 a:host.example include:other.example ip4:192.0.2.7 include:amazonses.com ~all"
        let (status, lines) = try spf(text)
        #expect(status == 0)
        #expect(
            lines == [
                "note TXT example.com \(text), which has more than is wanted: a:host.example "
                    + "include:other.example ip4:192.0.2.7",
                "note: add the other senders to Terraform: spf_a_records = "
                    + "[\"host.example\"], spf_include_domains = [\"other.example\"]; Terraform "
                    + "has no variable for ip4:192.0.2.7: add it by hand",
            ])
    }

    @Test("Another service's record gets our sender too, and keeps its own")
    func foreign() throws {
        for (text, joined) in [
            ("v=spf1 include:other.example -all", "include:other.example include:amazonses.com"),
            ("v=spf1 redirect=other.example", "include:other.example include:amazonses.com"),
            (
                "v=spf1 -include:amazonses.com include:other.example ~all",
                "include:other.example include:amazonses.com"
            ),
            ("v=spf1 ~all include:other.example", "include:amazonses.com"),
            ("v=spf1 include:amazonses.com -all", "include:amazonses.com"),
        ] {
            let (status, lines) = try spf(text)
            #expect(status == 2)
            #expect(
                Array(lines.prefix(3)) == [
                    "error different TXT example.com it is \(text)",
                    "set: example.com. 1800 IN TXT \"v=spf1 \(joined) ~all\"",
                    "remove: example.com. 1800 IN TXT \"\(text)\"",
                ])
            let names =
                lines.count == 4 && lines[3].contains("spf_include_domains = [\"other.example\"]")
            #expect(names == joined.contains("other.example"))
        }
    }

    @Test("Of two records one is made that keeps the senders of both")
    func two() throws {
        let other = "v=spf1 include:other.example exp=why.example -all"
        let (status, lines) = try spf(other, Self.wantedSPF)
        #expect(status == 2)
        #expect(
            lines == [
                "error conflicting TXT example.com there are 2 SPF records, and so a permanent "
                    + "error (RFC 7208 §3.2)",
                "set: example.com. 1800 IN TXT \"v=spf1 include:other.example "
                    + "include:amazonses.com ~all exp=why.example\"",
                "remove: example.com. 1800 IN TXT \"\(other)\"",
                "remove: example.com. 1800 IN TXT \"\(Self.wantedSPF)\"",
                "do: add the other senders to Terraform: spf_include_domains = "
                    + "[\"other.example\"]",
            ])
        // One that has both already stays.
        let both = "v=spf1 include:amazonses.com include:other.example ~all"
        #expect(
            try spf(Self.wantedSPF, both).lines.filter {
                $0.hasPrefix("set") || $0.hasPrefix("remove")
            }
                == ["remove: example.com. 1800 IN TXT \"\(Self.wantedSPF)\""])
    }

    private static let spfTexts: [(String, String, String)] = [
        (
            #""v=spf1 include:other.example ~all""#, "the quotation marks are part of the text",
            "include:other.example "
        ),
        ("“v=spf1 ~all”", "the quotation marks are part of the text", ""),
        (" v=spf1 include:amazonses.com ~all", "it begins with a blank", ""),
        ("v=spf1include:amazonses.com ~all", "v=spf1 runs into what follows", ""),
        ("v=spf1;include:amazonses.com ~all", "v=spf1 runs into what follows", ""),
        (
            "v = spf1 include:other.example", "it must begin with v=spf1, in these letters",
            "include:other.example "
        ),
        ("spf1 include:amazonses.com ~all", "it must begin with v=spf1, in these letters", ""),
        ("SPF: v=spf1 include:amazonses.com ~all", "it does not begin with v=spf1", ""),
    ]

    @Test("A text that was meant as SPF is found, judged and replaced", arguments: spfTexts.indices)
    func nearSPF(index: Int) throws {
        let (text, flaw, others) = Self.spfTexts[index]
        let (status, lines) = try spf(text)
        #expect(status == 2)
        #expect(lines[0].hasPrefix("error different TXT example.com it is "))
        #expect(lines[0].hasSuffix(", which is not a valid SPF record: \(flaw)"))
        #expect(
            lines[1]
                == "set: example.com. 1800 IN TXT \"v=spf1 \(others)include:amazonses.com ~all\"")
        #expect(lines[2].hasPrefix("remove: example.com. 1800 IN TXT \""))
    }

    @Test("What is to be set is counted too, where it would be too much")
    func merge() throws {
        let others = (1...10).map { "include:s\($0).example" }.joined(separator: " ")
        let run = try WantedZone.check { zone in
            for number in 1...10 { zone.add("s\(number).example", "TXT", "v=spf1 -all") }
            zone.change("example.com", "TXT", to: "v=spf1 \(others) -all")
        }
        #expect(run.status == 2)
        #expect(run.output.contains("  SPF needs 10 DNS look-ups (limit 10), 0 of them empty"))
        #expect(
            run.output.contains("  the record to set needs 11 DNS look-ups (limit 10), 0 of them"))
    }

    @Test("Hostile texts are compared and merged to their end")
    func hostile() throws {
        var generator = SeededGenerator(seed: 11)
        let merge = try #require(SPFMerge(Self.wantedSPF, at: DNSName("example.com")))
        for _ in 0..<2000 {
            let text = generator.hostileText(maximumScalars: 60)
            _ = NearPolicy(text)
            let record = SPFRecord(readable: "v=spf1 \(text)")
            let merged = merge.text(joining: [record])
            #expect(merged.contains("include:amazonses.com"))
        }
    }
}
