import TestSupport
import Testing

@testable import ses_mail

/// How many look-ups an SPF record takes, everything included (RFC 7208 §4.6.4).
struct SPFCountTests {
    private func count(
        _ text: String, _ zone: [String: DNSAnswer] = [:]
    ) throws -> SPFCount {
        try SPFCount(of: text, at: DNSName("example.com")) { name, type in
            if let answer = zone["\(name) \(type.text)"] { return answer }
            return type == .a ? .found([.address([192, 0, 2, 1])]) : .noRecord()
        }
    }

    private func spf(_ text: String) -> DNSAnswer { .found([.text("v=spf1 \(text)")]) }

    @Test("Each term that asks counts once, with what it includes; the others do not")
    func terms() throws {
        let server = DNSAnswer.found([.exchange(preference: 1, host: DNSName("m.example"))])
        let zone = [
            "b.example TXT": spf("a mx:c.example ip4:192.0.2.0/24 ~all"), "c.example MX": server,
            "example.com MX": server,
        ]
        let count = try count(
            "v=spf1 a MX a:x.example/24 exists:%{i}.example ptr ip6:2001:db8::/32 "
                + "?include:B.example exp=why.example -all", zone)
        #expect(count.lookups == 8)
        #expect(count.voids == 0)
        #expect(!count.isTooMuch)
        #expect(count.faults.isEmpty && count.unknowns.isEmpty)
        #expect(count.gaps == ["exists:%{i}.example"])
    }

    @Test("What stands behind all, and a redirect beside it, is never reached")
    func all() throws {
        #expect(try count("v=spf1 a -all a:b.example mx redirect=c.example").lookups == 1)
        let zone = ["c.example TXT": spf("a -all")]
        #expect(try count("v=spf1 a redirect=c.example", zone).lookups == 3)
    }

    @Test("Eleven nested look-ups are one too many, ten are not")
    func eleven() throws {
        var zone: [String: DNSAnswer] = [:]
        for number in 1...10 {
            zone["s\(number).example TXT"] = spf(
                number < 10 ? "include:s\(number + 1).example -all" : "-all")
        }
        let ten = try count("v=spf1 include:s1.example -all", zone)
        #expect(ten.lookups == 10)
        #expect(!ten.isTooMuch)
        let eleven = try count("v=spf1 a include:s1.example -all", zone)
        #expect(eleven.lookups == 11)
        #expect(eleven.isTooMuch)
    }

    @Test("A loop is told, and ends")
    func loop() throws {
        let zone = [
            "a.example TXT": spf("include:b.example -all"),
            "b.example TXT": spf("include:a.example include:example.com -all"),
        ]
        let count = try count("v=spf1 include:a.example -all", zone)
        #expect(count.isTooMuch)
        #expect(
            count.faults == [
                "it includes itself: a.example → b.example → a.example",
                "it includes itself: example.com → a.example → b.example → example.com",
            ])
    }

    @Test("A record that grows without end is counted to a bound")
    func bound() throws {
        var asked = 0
        let count = try SPFCount(
            of: "v=spf1 include:0.example include:x.example -all", at: DNSName("example.com")
        ) { name, _ in
            asked += 1
            return spf("include:\(asked).example include:x\(asked).example -all")
        }
        #expect(count.lookups == 40)
        #expect(asked <= 40)
        #expect(count.isTooMuch)
    }

    @Test("Names that are not there are void, and more than two are an error")
    func voids() throws {
        let nothing = DNSAnswer.noName()
        let zone = [
            "x.example A": nothing, "x.example AAAA": nothing, "y.example A": nothing,
            "y.example AAAA": .found([.address([])]), "z.example MX": .noRecord(),
        ]
        let two = try count("v=spf1 a:x.example a:y.example mx:z.example -all", zone)
        #expect(two.voids == 2)
        #expect(!two.isTooMuch)
        let three = try count(
            "v=spf1 a:x.example mx:z.example mx:example.com -all", zone)
        #expect(three.voids == 3)
        #expect(three.isTooMuch)
    }

    @Test("An include must have one SPF record that can be read")
    func included() throws {
        let zone = [
            "none.example TXT": DNSAnswer.found([.text("hello"), .text("v=spf10 -all")]),
            "two.example TXT": .found([.text("v=spf1 -all"), .text("V=SPF1 +all")]),
            "odd.example TXT": spf("inklude:x.example -all"),
            "away.example TXT": .unknown("SERVFAIL"),
        ]
        let names = ["none", "two", "odd", "away", "gone"]
        let terms = names.map { "include:\($0).example" }.joined(separator: " ")
        let count = try count("v=spf1 \(terms) -all", zone)
        #expect(
            count.faults == [
                "none.example has no SPF record", "two.example has 2 SPF records",
                "odd.example: the mechanism inklude is unknown",
                "gone.example has no SPF record",
            ])
        #expect(count.unknowns == ["away.example (SERVFAIL)"])
        #expect(count.voids == 1)
    }

    @Test("A zone's own server need not know the record of SES; another server's is counted")
    func ses() throws {
        for answer in [.noName(), .unknown("REFUSED"), .found([.text("hello")])] as [DNSAnswer] {
            let zone = ["amazonses.com TXT": answer]
            let count = try count("v=spf1 include:amazonses.com ~all", zone)
            #expect(count.lookups == 1 && count.voids == 0)
            #expect(!count.isTooMuch && count.unknowns.isEmpty)
        }
        let zone = [
            "amazonses.com TXT": spf("include:a.example -all"), "a.example TXT": spf("-all"),
        ]
        #expect(try count("v=spf1 include:amazonses.com ~all", zone).lookups == 2)
    }

    @Test("What is made of the message counts, is not followed, and leaves the count open")
    func macros() throws {
        let count = try count("v=spf1 include:%{d}.spf.example exists:%{l}.x a:%{d2}/24 -all")
        #expect(count.lookups == 3)
        #expect(count.gaps == ["include:%{d}.spf.example", "exists:%{l}.x", "a:%{d2}/24"])
        #expect(!count.isTooMuch)
    }

    @Test("A name of exists that does not exist is a void look-up, and three are one too many")
    func exists() throws {
        var zone: [String: DNSAnswer] = ["a.example A": .noName(), "b.example A": .noRecord()]
        #expect(try count("v=spf1 exists:a.example exists:b.example -all", zone).voids == 2)
        // For a sender by IPv6 too an A record is asked for.
        zone["c.example A"] = .noName()
        zone["c.example AAAA"] = .found([.address([])])
        let three = try count(
            "v=spf1 exists:a.example exists:b.example exists:c.example -all", zone)
        #expect(three.voids == 3)
        #expect(three.isTooMuch)
    }

    @Test("A mail server of more than ten names is an error")
    func servers() throws {
        let many = (0..<11).map {
            RecordValue.exchange(preference: $0, host: DNSName("m\($0).example"))
        }
        let count = try count("v=spf1 mx -all", ["example.com MX": .found(many)])
        #expect(count.faults == ["example.com has 11 mail servers, more than ten"])
    }

    @Test(
        "What is no SPF record is said to be none",
        arguments: [
            "", "v=spf2 -all", "v=spf1 include: -all", "v=spf1 foo", "v=spf1 ip4 -all",
            "v=spf1 redirect=a.example redirect=b.example", "v=spf1 a:a..b -all",
            "v=spf1;include:a.example", "v=spf1include:a.example -all", "v=spf1 exists -all",
            "v=spf1 include:a.example~all", "v=spf1 include:a.exampleinclude:b.example -all",
            "v=spf1 ip4:1.2.3 -all", "v=spf1 ip4:::1 -all", "v=spf1 ip4:192.0.2.0/33 -all",
            "v=spf1 exists:%{i}\u{7}.b.example -all", "v=spf1 a:%{d}é.example -all",
            "v=spf1 ip4:192.0.2.1\0a -all", "v=spf1 a exp=b\0c.example -all",
            "v=spf1 a/x -all", "v=spf1 a//129 -all", "v=spf1 ip6:::/129 -all",
        ])
    func wrong(text: String) {
        #expect(throws: SPFTerm.Fault.self) { try SPFRecord(text) }
    }

    @Test(
        "What is an SPF record is read to its end",
        arguments: [
            "v=spf1", "V=SPF1 -ALL", "v=spf1  a  mx ", "v=spf1 a/24 mx:b.example/24//64 -all",
            "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ptr ptr:c.example ?all",
            "v=spf1 exists:%{l1r-}.%{d2}/x.example include:_spf.example. x=y exp=e.example -all",
        ])
    func right(text: String) {
        #expect(throws: Never.self) { try SPFRecord(text) }
    }

    @Test("Hostile records are read to their end, or refused")
    func hostile() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let text = "v=spf1 " + generator.hostileText(maximumScalars: 60)
            let result = try count(text)
            #expect(result.lookups <= 40)
        }
    }
}
