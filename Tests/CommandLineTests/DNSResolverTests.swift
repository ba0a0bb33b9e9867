import TestSupport
import Testing

/// `ses-mail dns check` where DNS does not answer: what is not known is not taken for missing.
struct DNSResolverTests {
    @Test("A resolver that fails or refuses is not taken for one that has nothing")
    func unknown() throws {
        for (code, word) in [(2, "SERVFAIL"), (5, "REFUSED")] as [(UInt8, String)] {
            let run = try WantedZone.check { $0.failures["_dmarc.example.com"] = code }
            #expect(run.status == 5)
            #expect(run.output.contains("unknown  TXT    _dmarc.example.com"))
            #expect(run.output.contains("the resolver says: \(word)\n"))
            #expect(!run.output.contains("missing"))
        }
        let slow = try WantedZone.check { $0.silences = ["_dmarc.example.com"] }
        #expect(slow.status == 5)
        #expect(slow.output.contains("the resolver says: no answer in time\n"))
        // A finding is one, whatever else is not known.
        let both = try WantedZone.check { zone in
            zone.failures["_dmarc.example.com"] = 2
            zone.change("example.com", "MX", to: nil)
        }
        #expect(both.status == 2)
    }

    @Test("A resolver that stops answering is not waited for again and again")
    func stops() throws {
        let run = try WantedZone.check { zone in
            zone.silences = [
                "bounce.example.com", "_dmarc.example.com", "_mta-sts.example.com",
                "mta-sts.example.com", "_smtp._tls.example.com",
            ]
        }
        #expect(run.status == 5)
        let lines = run.output.split(separator: "\n")
        #expect(lines.filter { $0.hasSuffix("no answer in time") }.count == 3)
        #expect(lines.filter { $0.hasSuffix("not asked: it has stopped answering") }.count == 3)
        #expect(lines.contains { $0.hasPrefix("  ok       TXT    _amazonses.example.com") })
    }

    @Test("A resolver that never answers ends the command with a sentence, and at once")
    func silent() throws {
        var zone = NameServer.Zone([])
        zone.silences = Set(WantedZone.records.map(\.name))
        let server = try NameServer(zone)
        let run = try WantedZone.check(server)
        #expect(run.status == 5)
        #expect(run.output.isEmpty)
        #expect(
            run.complaint
                == "ses-mail: There is no answer from the resolver \(server.address) for "
                + "_amazonses.example.com TXT: check the network, or name another with "
                + "--resolver.\n")
        #expect(Set(server.questions.map(\.name)) == ["_amazonses.example.com"])
    }
}
