import TestSupport
import Testing

@testable import ses_mail

/// `ses-mail dns check` with a DNS server that does not answer, or badly: what is not known is not
/// taken for missing, and every question ends.
@Suite(.waiting)
struct DNSResolverTests {
    private func line(_ run: CommandRun, _ name: String = "_dmarc.example.com") -> String {
        run.output.split(separator: "\n").first { $0.contains(" \(name) ") }.map(String.init) ?? ""
    }

    @Test("A resolver that fails or refuses is not taken for one that has nothing")
    func unknown() throws {
        for (code, word) in [(2, "SERVFAIL"), (5, "REFUSED"), (9, "error 9")] as [(UInt8, String)] {
            let run = try WantedZone.check { $0.failures["_dmarc.example.com"] = code }
            #expect(run.status == 5)
            #expect(line(run).hasPrefix("  warning  unknown  TXT"))
            #expect(line(run).contains("the DNS server could not tell: \(word)"))
            #expect(!run.output.contains("missing"))
        }
        let slow = try WantedZone.check { $0.silences = ["_dmarc.example.com"] }
        #expect(slow.status == 5)
        #expect(slow.output.contains("the DNS server could not tell: no answer in time\n"))
        // A finding is one, whatever else is not known.
        let both = try WantedZone.check { zone in
            zone.failures["_dmarc.example.com"] = 2
            zone.change("example.com", "MX", to: nil)
        }
        #expect(both.status == 2)
    }

    private static let messages: [(String, NameServer.Misbehaviour)] = [
        ("a referral", .message { DNSWire.referral($0, to: "example.com", hasGlue: false) }),
        ("a referral with glue", .message { DNSWire.referral($0, to: "com", hasGlue: true) }),
        ("a referral to the root", .message { DNSWire.referral($0, to: "", hasGlue: true) }),
        ("an empty answer of nobody's", .message { DNSWire.empty($0, code: 0, .neither) }),
        ("NXDOMAIN of nobody's", .message { DNSWire.empty($0, code: 3, .neither) }),
        ("REFUSED", .message { DNSWire.empty($0, code: 5, .neither) }),
        ("SERVFAIL", .message { DNSWire.empty($0, code: 2, .recursive) }),
        ("NOTIMP", .message { DNSWire.empty($0, code: 4, .recursive) }),
        ("cut off by TCP too", .message { DNSWire.truncated($0) }),
        ("a byte now and then by TCP", .trickle),
        ("the end of the connection within the answer", .half),
        ("datagrams that answer nothing", .flood),
        ("a message without records", .message { Array(DNSWire.truncated($0).prefix(20)) }),
    ]

    @Test("Whatever a server sends of one name, the rest is checked, and that one is unknown")
    func misbehaviours() throws {
        for (title, misbehaviour) in Self.messages {
            let run = try WantedZone.check { zone in
                zone.misbehaviours["_dmarc.example.com"] = misbehaviour
            }
            #expect(run.status == 5, "\(title): \(run.complaint)")
            #expect(line(run).hasPrefix("  warning  unknown  TXT"), "\(title): \(run.output)")
            #expect(run.output.hasSuffix("13 records checked: 0 to fix, 1 unknown.\n"), "\(title)")
        }
    }

    @Test("Whatever a server sends of every name, the command ends and finds nothing missing")
    func everywhere() throws {
        for (title, misbehaviour) in Self.messages {
            let run = try WantedZone.check { $0.misbehaviours["*"] = misbehaviour }
            #expect(run.status == 5, "\(title)")
            for word in ["missing", "different", "conflicting", "empty (limit"] {
                #expect(!run.output.contains(word), "\(title)")
            }
        }
    }

    @Test("A referral is told as one, and SPF that includes a delegated name is not broken")
    func referral() throws {
        let run = try WantedZone.check { zone in
            zone.change(
                "example.com", "TXT", to: "v=spf1 include:d.example include:amazonses.com ~all")
            zone.misbehaviours["d.example"] = .message {
                DNSWire.referral($0, to: "d.example", hasGlue: true)
            }
        }
        #expect(run.status == 5)
        #expect(
            run.output.contains(
                "SPF needs at least 2 DNS look-ups (limit 10), at least 0 of them empty (limit 2); "
                    + "the DNS server could not tell: d.example (a referral to other servers: it "
                    + "does not hold the zone itself)\n"))
    }

    @Test("Messages that do not answer the question are passed over, and the right one is taken")
    func strangers() throws {
        let garbage: @Sendable ([UInt8]) -> [[UInt8]] = { right in
            var otherID = right
            otherID[0] ^= 0xFF
            var otherName = right
            otherName[13] ^= 0x01
            var question = right
            question[2] &= 0x7F
            return [[], [1, 2, 3], otherID, otherName, question, Array(right.prefix(11))]
        }
        let run = try WantedZone.check { $0.misbehaviours["*"] = .before(garbage) }
        #expect(run.status == 0, "\(run.output)\(run.complaint)")
    }

    @Test("A server that does not know EDNS0, or swallows it, is asked without it")
    func plain() throws {
        let answers: [@Sendable (DNSWire.Query) -> [UInt8]?] = [
            { DNSWire.empty($0, code: 1, .recursive) },
            // Only a head, as old servers answer.
            { query in
                var head = Array(DNSWire.empty(query, code: 1, .recursive).prefix(12))
                head[5] = 0
                return head
            },
            { DNSWire.empty($0, code: 4, .recursive) },
            { DNSWire.badVersion($0) },
        ]
        for answer in answers {
            let run = try WantedZone.check { $0.misbehaviours["*"] = .withoutEDNS(answer) }
            #expect(run.status == 0, "\(run.output)\(run.complaint)")
        }
        let silent = try WantedZone.check {
            $0.misbehaviours["_dmarc.example.com"] = .withoutEDNS { _ in nil }
        }
        #expect(silent.status == 0)
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
        #expect(
            lines.filter { $0.hasSuffix("not asked, because the DNS server has stopped answering") }
                .count == 3)
        #expect(
            lines.contains { $0.hasPrefix("  ok                TXT    _amazonses.example.com") })
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
                + "_amazonses.example.com TXT. Check the network, or name another server with "
                + "--resolver.\n")
        #expect(Set(server.questions.map(\.name)) == ["_amazonses.example.com"])
        // The last time without EDNS0, which some firewalls swallow.
        #expect(server.questions.map(\.isExtended) == [true, false])
    }

    @Test("A port at which nobody listens is told at once")
    func nobody() throws {
        let port = try #require(try LoopbackServer.goneURL().split(separator: ":").last)
        let run = try CommandRun(
            ["dns", "check", "--records", "-", "--resolver", "127.0.0.1:\(port)", "--offline"],
            input: WantedZone.summary())
        #expect(run.status == 5)
        #expect(run.sentence.contains("(Connection refused). Check the network"))
    }

    @Test("Where one server fails the next is asked, and comes first from then on")
    func next() throws {
        var silent = WantedZone.zone
        silent.silences = ["example.com"]
        let wrong = Self.messages.map { _, misbehaviour in
            var zone = WantedZone.zone
            zone.misbehaviours["*"] = misbehaviour
            return zone
        }
        for zone in [silent] + wrong {
            let bad = try NameServer(zone)
            let good = try NameServer(WantedZone.zone)
            let resolver = Resolver(
                name: "two", servers: try [bad, good].map { try ServerAddress($0.address) },
                roundSeconds: 1, rounds: 2)
            for type in [RecordType.mx, .txt] {
                #expect(!(try resolver.ask(DNSName("example.com"), type).values.isEmpty))
            }
            #expect(good.questions.count == 2)
            #expect(Set(bad.questions.map(\.type)) == ["MX"])
        }
    }

    @Test("The zone's own server is enough, although it knows no other zone")
    func ownServer() throws {
        let run = try WantedZone.check { zone in
            zone.ownZones = ["example.com"]
            zone.change("_dmarc.example.com", "TXT", to: nil)
            zone.add("_dmarc.example.com", "CNAME", "_policy.example.com")
            zone.add(
                "_policy.example.com", "TXT", "v=DMARC1; p=reject; rua=mailto:dmarc@example.com")
        }
        #expect(run.status == 0, "\(run.output)")
    }

    @Test("Aliases are followed to their end, and not round and round")
    func loop() throws {
        for isCareless in [false, true] {
            let run = try WantedZone.check { zone in
                zone.isCarelessAboutAliases = isCareless
                zone.change("_dmarc.example.com", "TXT", to: nil)
                zone.add("_dmarc.example.com", "CNAME", "a.example")
                zone.add("a.example", "CNAME", "b.example")
                zone.add("b.example", "CNAME", "a.example")
            }
            #expect(run.status == 5)
            #expect(line(run).contains("its aliases do not end"), "\(run.output)")
        }
    }

    @Test("What is no server is refused in words")
    func wrongServers() throws {
        for wrong in ["127.0.0.1:0", "127.0.0.1:x", ":53", "[::1]x", "127.0.0.1:65536"] {
            let run = try CommandRun(["dns", "check", "--resolver", wrong])
            #expect(run.status == 64)
            #expect(run.complaint.contains("--resolver"))
            #expect(run.complaint.contains("write HOST, HOST:PORT or [IPV6]:PORT, such as"))
        }
        let unknown = try CommandRun(["dns", "check", "--resolver", "nonsense.invalid"])
        #expect(unknown.status == 64)
        #expect(unknown.complaint.contains("there is no address of nonsense.invalid ("))
    }
}
