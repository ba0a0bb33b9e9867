import Process
import TestSupport
import Testing

@testable import ses_mail

/// What is understood of a DNS server's bytes, which may be anybody's.
struct DNSMessageTests {
    private static let zone = WantedZone.zone

    private func message(_ name: String, _ type: String) -> [UInt8] {
        DNSWire.answer(to: DNSWire.Query(name, type), from: Self.zone)
    }

    private func judge(_ bytes: [UInt8], _ name: String, _ type: RecordType)
        -> DNSMessage.Judgement
    {
        DNSMessage.judge(bytes, DNSName(name), type)
    }

    private static let malformed = DNSMessage.Judgement.useless("an answer that is malformed")

    @Test("Each type is read, and what is not there is told apart from what is not known")
    func types() throws {
        let server = RecordValue.exchange(
            preference: 10, host: DNSName("inbound-smtp.ap-southeast-2.amazonaws.com"))
        #expect(
            judge(message("example.com", "MX"), "Example.COM.", .mx)
                == .answer(.found([server])))
        #expect(
            judge(message("example.com", "TXT"), "example.com", .txt)
                == .answer(
                    .found([
                        .text("v=spf1 include:amazonses.com ~all"),
                        .text("some-other-site-verification=1"),
                    ])))
        let alias = DNSName("d111111abcdef8.cloudfront.net")
        #expect(
            judge(message("mta-sts.example.com", "CNAME"), "mta-sts.example.com", .cname)
                == .answer(.found([.alias(alias)])))
        #expect(
            judge(message("mta-sts.example.com", "A"), "mta-sts.example.com", .a)
                == .answer(.found([.address([192, 0, 2, 1])], aliases: [alias])))
        #expect(
            judge(message("example.com", "AAAA"), "example.com", .aaaa) == .answer(.noRecord()))
        #expect(judge(message("no.example.com", "A"), "no.example.com", .a) == .answer(.noName()))
        let query = DNSWire.Query("example.com", "MX")
        #expect(judge(DNSWire.truncated(query), "example.com", .mx) == .cutOff)
    }

    @Test("A CAA record is read with its flag, and one that is cut off is not")
    func authority() {
        let zone = NameServer.Zone([
            .init("a.example", "CAA", "128 issue amazon.com; x=y"),
            .init("b.example", "CAA", "0 a "),
        ])
        func answer(_ name: String) -> [UInt8] {
            DNSWire.answer(to: DNSWire.Query(name, "CAA"), from: zone)
        }
        #expect(
            judge(answer("a.example"), "a.example", .caa)
                == .answer(
                    .found([
                        .authority(isCritical: true, tag: "issue", value: "amazon.com; x=y")
                    ])))
        var broken = answer("b.example")
        broken[broken.count - 2] = 200
        #expect(judge(broken, "b.example", .caa) == Self.malformed)
    }

    @Test("Only who holds the zone, or asks others, can say that there is nothing")
    func flags() {
        let query = DNSWire.Query("example.com", "TXT")
        func judgement(_ bytes: [UInt8]) -> String { "\(judge(bytes, "example.com", .txt))" }
        for role in [DNSWire.Role.recursive, .authoritative] {
            for hasAuthority in [false, true] {
                let empty = DNSWire.empty(query, code: 0, role, hasAuthority: hasAuthority)
                #expect(judge(empty, "example.com", .txt) == .answer(.noRecord()))
                let unknown = DNSWire.empty(query, code: 3, role, hasAuthority: hasAuthority)
                #expect(judge(unknown, "example.com", .txt) == .answer(.noName()))
            }
        }
        #expect(judgement(DNSWire.empty(query, code: 0, .neither)).contains("neither holds"))
        #expect(judgement(DNSWire.empty(query, code: 3, .neither)).contains("neither holds"))
        for hasGlue in [false, true] {
            for role in [DNSWire.Role.neither, .recursive] {
                for zone in ["example.com", "com", ""] {
                    let bytes = DNSWire.referral(query, to: zone, hasGlue: hasGlue, role)
                    #expect(judgement(bytes).contains("a referral to other servers"))
                }
            }
        }
    }

    @Test("Codes that say nothing of the name are no answers")
    func codes() {
        let query = DNSWire.Query("example.com", "TXT")
        for (code, word) in [
            (1, "notUnderstood(\"FORMERR"), (2, "useless(\"SERVFAIL"),
            (4, "notUnderstood(\"NOTIMP"), (5, "useless(\"REFUSED"), (9, "useless(\"error 9"),
        ] as [(UInt8, String)] {
            let bytes = DNSWire.empty(query, code: code, .authoritative)
            #expect("\(judge(bytes, "example.com", .txt))".hasPrefix(word))
        }
        #expect(
            judge(DNSWire.badVersion(query), "example.com", .txt) == .notUnderstood("BADVERS"))
    }

    @Test("An alias whose target is not in the message is followed by who asked")
    func aliases() {
        var zone = NameServer.Zone([
            .init("a.example", "CNAME", "b.example"), .init("b.example", "CNAME", "c.other"),
            .init("d.example", "CNAME", "e.example"),
        ])
        zone.ownZones = ["example"]
        let bytes = DNSWire.answer(to: DNSWire.Query("a.example", "TXT"), from: zone)
        #expect(
            judge(bytes, "a.example", .txt)
                == .followed([DNSName("b.example"), DNSName("c.other")]))
        let dangling = DNSWire.answer(to: DNSWire.Query("d.example", "TXT"), from: zone)
        #expect(
            judge(dangling, "d.example", .txt)
                == .answer(.noName(aliases: [DNSName("e.example")])))
    }

    @Test("Records of another name than was asked for are not taken")
    func strangers() throws {
        let bytes = message("example.com", "MX")
        #expect(judge(bytes, "example.org", .mx) == .answer(.noRecord()))
    }

    @Test("Bytes that are changed or cut off are read or refused, and never more than that")
    func hostile() throws {
        var generator = SeededGenerator(seed: 53)
        var refused = 0
        for (name, type, kind) in [
            ("example.com", "MX", .mx), ("example.com", "TXT", .txt),
            ("mta-sts.example.com", "CNAME", .cname), ("mta-sts.example.com", "A", .a),
        ] as [(String, String, RecordType)] {
            let whole = message(name, type)
            for length in 0..<whole.count {
                let judgement = judge(Array(whole[..<length]), name, kind)
                if judgement == Self.malformed { refused += 1 }
            }
            for _ in 0..<3000 {
                var bytes = whole
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                        in: 0...255, using: &generator)
                }
                _ = judge(bytes, name, kind)
            }
        }
        #expect(refused > 200)
    }

    @Test("A name that points at itself, or past the end, is refused")
    func pointers() throws {
        let query = DNSWire.Query("example.com", "CNAME")
        for target: [UInt8] in [[0xC0, 41], [0xFF, 0xFF], [3, 0x61], [0x80, 0]] {
            let header: [UInt8] = [0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]
            let section = DNSWire.truncated(query).dropFirst(12)
            let record: [UInt8] =
                [0xC0, 12, 0, 5, 0, 1, 0, 0, 7, 8, 0, UInt8(target.count)] + target
            let bytes = header + section + record
            #expect(judge(bytes, "example.com", .cname) == Self.malformed)
        }
    }

    @Test("Texts are cut into strings, and put together again")
    func strings() throws {
        var generator = SeededGenerator(seed: 16)
        for _ in 0..<300 {
            let text = (0..<Int.random(in: 0...3, using: &generator))
                .map { _ in generator.hostileText(maximumScalars: 200) }.joined()
            let quoted = CharacterStrings.quoted(text)
            #expect(Array((CharacterStrings.joined(quoted) ?? "nil").utf8) == Array(text.utf8))
        }
        #expect(CharacterStrings.joined("plain text") == "plain text")
        #expect(CharacterStrings.joined("\"a b\"  \"c\"") == "a bc")
        #expect(CharacterStrings.joined("\"a\" b") == nil)
        #expect(CharacterStrings.joined("\"open") == nil)
    }

    @Test(
        "A server is an address or a name, with or without a port",
        arguments: [
            ("127.0.0.1", "127.0.0.1", 53), ("127.0.0.1:5353", "127.0.0.1", 5353),
            ("::1", "::1", 53), ("[::1]:5353", "::1", 5353), ("[::1]", "::1", 53),
        ] as [(String, String, UInt16)])
    func servers(text: String, host: String, port: UInt16) throws {
        let address = try SocketAddress(host: host, port: port, .numeric)
        #expect(try ServerAddress(text).socketAddress == address)
        #expect(try ServerAddress("localhost:53").description == "localhost:53")
    }

    @Test("An answer is one to the question that was asked, and to no other")
    func answers() {
        let query = DNSQuery(DNSName("a.example"), .txt, isExtended: true, id: 0x1234)
        var answer = DNSWire.empty(
            DNSWire.Query("A.Example", "TXT"), code: 0, .recursive)
        #expect(query.isAnswered(by: answer))
        for (index, byte) in [(0, 0x13), (1, 0x35), (2, 0x01), (2, 0x89), (5, 0), (13, 0x62)] {
            var other = answer
            other[index] = UInt8(byte)
            #expect(!query.isAnswered(by: other), "\(index)")
        }
        for length in 0..<answer.count {
            #expect(!query.isAnswered(by: Array(answer[..<length])))
        }
        // A server that does not understand may leave the question out.
        answer = Array(answer[..<12])
        answer[5] = 0
        #expect(!query.isAnswered(by: answer))
        answer[3] |= 1
        #expect(query.isAnswered(by: answer))
    }
}
