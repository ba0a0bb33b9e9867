import TestSupport
import Testing

/// `ses-mail dns check` where an alias stands in the place of records, or records in the place of
/// an alias.
struct DNSAliasTests {
    /// The output's lines from the one about this name and type on, each with single blanks.
    private func lines(
        _ type: String, _ name: String, _ change: (inout NameServer.Zone) -> Void
    ) throws -> (status: Int32, lines: [String]) {
        let run = try WantedZone.check(change)
        let all = run.output.split(separator: "\n").map {
            $0.split(separator: " ").joined(separator: " ")
        }
        let start = all.firstIndex { $0.contains(" \(type) \(name) ") } ?? all.endIndex
        return (run.status, Array(all[start...].prefix(4)))
    }

    private static let dmarc =
        #"set: _dmarc.example.com. 1800 IN TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com""#

    @Test("An alias where a text should be is named, with what to do with it")
    func text() throws {
        for (target, text, words) in [
            ("x.example", "v=DMARC1; p=none", "and there it is v=DMARC1; p=none"),
            ("y.example", "hello", "which has no DMARC record, only hello"),
            ("z.example", nil, "which does not exist"),
        ] as [(String, String?, String)] {
            let (status, lines) = try lines("TXT", "_dmarc.example.com") { zone in
                zone.change("_dmarc.example.com", "TXT", to: nil)
                zone.add("_dmarc.example.com", "CNAME", target)
                if let text { zone.add(target, "TXT", text) }
            }
            #expect(status == 2)
            #expect(lines[0].hasSuffix("it is an alias of \(target), \(words)"), "\(lines)")
            #expect(lines[1] == "remove: _dmarc.example.com. 1800 IN CNAME \(target).")
            #expect(lines[2] == Self.dmarc)
            #expect(lines[3] == "do: or change \(target) instead, if it is yours")
        }
    }

    @Test("An alias where a mail server should be is named, with what to do with it")
    func exchange() throws {
        let (status, lines) = try lines("MX", "bounce.example.com") { zone in
            zone.change("bounce.example.com", "MX", to: nil)
            zone.change("bounce.example.com", "TXT", to: nil)
            zone.add("bounce.example.com", "CNAME", "www.example")
            zone.add("www.example", "A", "192.0.2.1")
        }
        #expect(status == 2)
        #expect(
            lines == [
                "error missing MX bounce.example.com it is an alias of www.example, which has no "
                    + "MX record",
                "remove: bounce.example.com. 1800 IN CNAME www.example.",
                "set: bounce.example.com. 1800 IN MX 10 "
                    + "feedback-smtp.ap-southeast-2.amazonses.com.",
                "do: or change www.example instead, if it is yours",
            ])
    }

    @Test("An alias beside the right record is a conflict")
    func beside() throws {
        let (status, lines) = try lines("CNAME", "_dmarc.example.com") { zone in
            zone.separateAliases = ["_dmarc.example.com"]
            zone.add("_dmarc.example.com", "CNAME", "x.example")
        }
        #expect(status == 2)
        #expect(
            lines[0].hasPrefix("error conflicting CNAME _dmarc.example.com an alias of x.example"))
        #expect(lines[1] == "remove: _dmarc.example.com. 1800 IN CNAME x.example.")
    }

    @Test("A second CNAME beside the right one goes, and the right one stays")
    func second() throws {
        let (status, lines) = try lines("CNAME", "one._domainkey.example.com") { zone in
            zone.add("one._domainkey.example.com", "CNAME", "one.elsewhere.example")
        }
        #expect(status == 2)
        #expect(lines[0].hasPrefix("error conflicting CNAME one._domainkey.example.com"))
        #expect(
            lines[1] == "remove: one._domainkey.example.com. 1800 IN CNAME one.elsewhere.example.")
        #expect(lines[2].hasPrefix("ok CNAME two."))
    }

    @Test("Of a copied DKIM record the key counts")
    func flattened() throws {
        func flatten(_ key: String, _ target: String?) throws -> (Int32, [String]) {
            try lines("CNAME", "one._domainkey.example.com") { zone in
                zone.change("one._domainkey.example.com", "CNAME", to: nil)
                zone.add("one._domainkey.example.com", "TXT", key)
                if let target { zone.add("one.dkim.amazonses.com", "TXT", target) }
                if target == nil { zone.failures["one.dkim.amazonses.com"] = 5 }
            }
        }
        let same = try flatten("v=DKIM1; k=rsa; p=MIIB IjAN", "p=MIIBIjAN")
        #expect(same.0 == 0)
        #expect(
            same.1[0]
                == "note CNAME one._domainkey.example.com no CNAME, but a TXT record with the key "
                + "of one.dkim.amazonses.com")
        let other = try flatten("v=DKIM1; p=MIIBOTHER", "p=MIIBIjAN")
        #expect(other.0 == 2)
        #expect(other.1[0].hasSuffix("it is not the key of one.dkim.amazonses.com"))
        #expect(
            other.1[1] == #"remove: one._domainkey.example.com. 1800 IN TXT "v=DKIM1; p=MIIBOTHER""#
        )
        #expect(
            other.1[2]
                == "set: one._domainkey.example.com. 1800 IN CNAME one.dkim.amazonses.com.")
        let unknown = try flatten("p=MIIBIjAN", nil)
        #expect(unknown.0 == 5)
        #expect(unknown.1[0].hasPrefix("warning unknown CNAME one._domainkey.example.com"))
    }

    @Test("A name that does not exist is told apart from one without the record")
    func absent() throws {
        let none = try lines("CNAME", "one._domainkey.example.com") {
            $0.change("one._domainkey.example.com", "CNAME", to: nil)
        }
        #expect(none.lines[0].hasSuffix("the name does not exist"))
        let empty = try lines("CNAME", "one._domainkey.example.com") { zone in
            zone.change("one._domainkey.example.com", "CNAME", to: nil)
            zone.add("one._domainkey.example.com", "MX", "10 a.example")
        }
        #expect(empty.lines[0].hasSuffix("there is no CNAME record"))
        let text = try lines("CNAME", "one._domainkey.example.com") { zone in
            zone.change("one._domainkey.example.com", "CNAME", to: nil)
            zone.add("one._domainkey.example.com", "TXT", "one.dkim.amazonses.com")
        }
        #expect(
            text.lines[0].hasSuffix(
                "there is no CNAME record, but a TXT record: one.dkim.amazonses.com"))
    }

    @Test("The address of the alias's target is as good as the alias")
    func address() throws {
        let (status, lines) = try lines("CNAME", "mta-sts.example.com") { zone in
            zone.change("mta-sts.example.com", "CNAME", to: nil)
            zone.add("mta-sts.example.com", "A", "192.0.2.1")
        }
        #expect(status == 0)
        #expect(lines[0].hasSuffix("no CNAME, but an address of d111111abcdef8.cloudfront.net"))
    }

    @Test("CAA records that keep Amazon from issuing are found where they stand")
    func authority() throws {
        for (name, values, words) in [
            ("example.com", ["0 issue letsencrypt.org"], "only letsencrypt.org may"),
            ("example.com", ["0 issue ;"], "nobody may"),
            (
                "mta-sts.example.com", ["0 issue a.example", "0 issuewild amazon.com"],
                "only a.example may"
            ),
            ("example.com", ["128 tbs Unknown"], "it does not know the critical property tbs"),
        ] {
            let (status, lines) = try lines("CAA", name) { zone in
                zone.change("mta-sts.example.com", "CNAME", to: nil)
                zone.add("mta-sts.example.com", "A", "192.0.2.1")
                for value in values { zone.add(name, "CAA", value) }
            }
            #expect(status == 2)
            #expect(
                lines[0].hasPrefix(
                    "error conflicting CAA \(name) ACM may not issue a certificate for "))
            #expect(lines[0].hasSuffix(words))
            let cure = "set: \(name). 1800 IN CAA 0 issue \"amazon.com\""
            #expect((lines[1] == cure) == !words.contains("critical"))
        }
        for values in [
            ["0 issue AmazonTrust.com; x=y", "0 issue a.example"], ["0 iodef mailto:x"],
        ] {
            let run = try WantedZone.check { zone in
                for value in values { zone.add("example.com", "CAA", value) }
            }
            #expect(run.status == 0)
            #expect(run.output.hasSuffix("13 records checked, all correct.\n"))
        }
    }
}
