import TestSupport
import Testing

@testable import ses_mail

/// `ses-mail dns check` of texts that people wrote by hand: what means the same is right, and what
/// was meant is found.
struct DNSPolicyTests {
    private static let wantedDMARC = "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"

    private func dmarc(_ texts: String...) throws -> (status: Int32, lines: [String]) {
        try WantedZone.lines(of: "_dmarc.example.com") { zone in
            zone.change("_dmarc.example.com", "TXT", to: nil)
            for text in texts { zone.add("_dmarc.example.com", "TXT", text) }
        }
    }

    @Test(
        "What means the same is right, with tags at their defaults and addresses in any case",
        arguments: [
            "v = DMARC1 ; p = reject ; rua = mailto:dmarc@example.com",
            "v=DMARC1;p=Reject;rua=MAILTO:dmarc@Example.COM",
            "v=DMARC1; p=reject; sp=reject; adkim=r; aspf=r; pct=100; ri=86400; fo=0; rf=afrf; "
                + "rua=mailto:dmarc@example.com",
            "v=DMARC1; rua=mailto:dmarc@example.com; p=reject; x=unknown",
        ])
    func sameDMARC(text: String) throws {
        let (status, lines) = try dmarc(text)
        #expect(status == 0)
        #expect(lines == ["ok TXT _dmarc.example.com \(text)"])
    }

    @Test(
        "What means something else is not",
        arguments: [
            "v=DMARC1; p=reject", "v=DMARC1; p=none; rua=mailto:dmarc@example.com",
            wantedDMARC + "; sp=none", wantedDMARC + "; adkim=s", wantedDMARC + "; pct=50",
            wantedDMARC + "; t=y",
            "v=DMARC1; p=reject; rua=mailto:DMARC@example.com",
        ])
    func otherDMARC(text: String) throws {
        let (status, lines) = try dmarc(text)
        #expect(status == 2)
        #expect(lines[0] == "error different TXT _dmarc.example.com it is \(text)")
        #expect(lines[1].hasPrefix("set: _dmarc.example.com. 1800 IN TXT \"\(Self.wantedDMARC)\""))
    }

    @Test("More addresses for reports are no fault")
    func moreReports() throws {
        let text = "v=DMARC1; p=reject; rua=mailto:x@reports.example, mailto:dmarc@example.com"
        let (status, lines) = try dmarc(text)
        #expect(status == 0)
        #expect(
            lines == [
                "ok TXT _dmarc.example.com \(text), which has more than is wanted: "
                    + "rua=mailto:x@reports.example"
            ])
    }

    private static let dmarcTexts: [(String, String)] = [
        (#""v=DMARC1; p=reject""#, "the quotation marks are part of the text"),
        (#"v=DMARC1\; p=reject\;"#, "the backslashes are part of the text"),
        ("\u{A0}v=DMARC1; p=reject", "it begins with a blank"),
        ("v=dmarc1; p=reject", "it must begin with v=DMARC1, in these letters"),
        ("v=DMARC1 p=reject", "v=DMARC1 runs into what follows"),
        ("v=DMARC1p=reject", "v=DMARC1 runs into what follows"),
        ("p=reject; v=DMARC1", "it does not begin with v=DMARC1"),
        ("DMARC1; p=reject", "it must begin with v=DMARC1, in these letters"),
    ]

    @Test("A text that was meant as DMARC is found, judged and replaced", arguments: dmarcTexts)
    func nearDMARC(text: String, flaw: String) throws {
        let (status, lines) = try dmarc(text)
        #expect(status == 2)
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("error different TXT _dmarc.example.com it is "))
        #expect(lines[0].hasSuffix(", which is not a valid DMARC record: \(flaw)"))
        #expect(lines[1] == "set: _dmarc.example.com. 1800 IN TXT \"\(Self.wantedDMARC)\"")
        #expect(lines[2].hasPrefix("remove: _dmarc.example.com. 1800 IN TXT "))
    }

    @Test(
        "A record that is broken is told why",
        arguments: [
            ("v=DMARC1; p=rejectrua=mailto:a@example.com", "p must be none, quarantine or reject"),
            ("v=DMARC1; rua=mailto:dmarc@example.com", "p must be none, quarantine or reject"),
            ("v=DMARC1; p=none; p=reject", "the tag p is there twice"),
        ])
    func broken(text: String, fault: String) throws {
        #expect(
            try dmarc(text).lines[0]
                == "error different TXT _dmarc.example.com it is \(text) (invalid: \(fault))")
    }

    @Test("A text that resembles a policy beside the right one is odd, and the right one stays")
    func beside() throws {
        let (status, lines) = try dmarc(Self.wantedDMARC, #"v=DMARC1\; p=none"#)
        #expect(status == 2)
        #expect(lines[0] == "ok TXT _dmarc.example.com \(Self.wantedDMARC)")
        #expect(lines[1].hasPrefix("warning odd TXT _dmarc.example.com there is also v=DMARC1"))
        #expect(lines[2].hasPrefix("remove: _dmarc.example.com. 1800 IN TXT \"v=DMARC1"))
        #expect(lines.count == 3)
    }

    @Test(
        "Texts of other things are taken for no policy",
        arguments: [
            "google-site-verification=spf10", "v=spf10 include:a", "rev=spf1 a", "spf1.example", "",
            "MS=ms123", "v=DKIM1; p=abc", "dmarc10",
        ])
    func others(text: String) {
        #expect(NearPolicy(text) == nil)
        #expect(PolicyText(of: text) == nil)
    }

    @Test("A policy is read by its bytes: a mark on the next letter changes none before it")
    func combiningMarks() throws {
        for (text, kind) in [
            ("v=spf1 \u{301}a -all", PolicyText.spf), ("v=DMARC1;\u{301} p=none", .dmarc),
            ("v=STSv1;\u{301}", .mtaSTS), ("v=TLSRPTv1 ;\u{301}", .tlsReporting),
        ] {
            #expect(PolicyText(of: text) == kind, "\(text)")
        }
        let near = try #require(NearPolicy("v=TLSRPTv1\tv=spf1 \t\u{301}\ta"))
        #expect(PolicyText(of: near.repaired) == near.kind)
        #expect(PolicyTags("v=DMARC1;\u{301}x; p=\u{301};\u{302}q=1")["p"] == "\u{301}")
    }

    @Test("A token in quotation marks is found and replaced")
    func token() throws {
        let (status, lines) = try WantedZone.lines(of: "_amazonses.example.com") { zone in
            zone.change("_amazonses.example.com", "TXT", to: #""verification-token""#)
        }
        #expect(status == 2)
        #expect(
            lines[0].hasPrefix("error different TXT _amazonses.example.com it is \"verification-"))
        #expect(lines[1] == "set: _amazonses.example.com. 1800 IN TXT \"verification-token\"")
        #expect(lines[2].hasPrefix("remove: "))
    }

    @Test("Hostile texts are judged and compared to their end")
    func hostile() {
        var generator = SeededGenerator(seed: 12)
        let wanted = PolicyTags(Self.wantedDMARC)
        for _ in 0..<2000 {
            let text = "v=DMARC1;" + generator.hostileText(maximumScalars: 60)
            #expect(PolicyTags(text).comparison(with: wanted, .dmarc) == .different)
            _ = PolicyText.dmarc.fault(text)
            _ = PolicyText.tlsReporting.fault(text)
        }
    }
}
