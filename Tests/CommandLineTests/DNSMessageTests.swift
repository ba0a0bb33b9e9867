import TestSupport
import Testing

@testable import ses_mail

/// What is understood of a DNS server's bytes, which may be anybody's.
struct DNSMessageTests {
    private static let zone = WantedZone.zone

    private func message(_ name: String, _ type: String) -> [UInt8] {
        DNSWire.answer(to: DNSWire.Query(name, type), from: Self.zone)
    }

    private func answer(_ bytes: [UInt8], _ name: String, _ type: RecordType) -> DNSAnswer {
        DNSMessage.answer(bytes, to: DNSName(name), type)
    }

    @Test("Each type is read, and what is not there is told apart from what is not known")
    func types() throws {
        #expect(
            answer(message("example.com", "MX"), "Example.COM.", .mx)
                == .found([
                    .exchange(
                        preference: 10, host: DNSName("inbound-smtp.ap-southeast-2.amazonaws.com"))
                ]))
        #expect(
            answer(message("example.com", "TXT"), "example.com", .txt).texts
                == ["v=spf1 include:amazonses.com ~all", "some-other-site-verification=1"])
        #expect(
            answer(message("mta-sts.example.com", "CNAME"), "mta-sts.example.com", .cname)
                == .found([.alias(DNSName("d111111abcdef8.cloudfront.net"))]))
        #expect(
            answer(message("mta-sts.example.com", "A"), "mta-sts.example.com", .a)
                == .found([.address], aliases: [DNSName("d111111abcdef8.cloudfront.net")]))
        #expect(answer(message("example.com", "AAAA"), "example.com", .aaaa) == .none)
        #expect(answer(message("no.example.com", "A"), "no.example.com", .a) == .none)
        let query = DNSWire.Query("example.com", "MX")
        #expect(
            answer(DNSWire.truncated(query), "example.com", .mx)
                == .unknown("an answer that is cut off"))
    }

    @Test("Records of another name than was asked for are not taken")
    func strangers() throws {
        let bytes = message("example.com", "MX")
        #expect(answer(bytes, "example.org", .mx) == .none)
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
                let answer = answer(Array(whole[..<length]), name, kind)
                #expect(answer.values.isEmpty)
                if case .unknown = answer { refused += 1 }
            }
            for _ in 0..<3000 {
                var bytes = whole
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                        in: 0...255, using: &generator)
                }
                _ = answer(bytes, name, kind)
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
            let answer = answer(header + section + record, "example.com", .cname)
            #expect(answer == .unknown("an answer that is malformed"))
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
            ("127.0.0.1", [127, 0, 0, 1], 53), ("127.0.0.1:5353", [127, 0, 0, 1], 5353),
            ("::1", [UInt8](repeating: 0, count: 15) + [1], 53),
            ("[::1]:5353", [UInt8](repeating: 0, count: 15) + [1], 5353),
            ("localhost:53", [127, 0, 0, 1], 53),
        ] as [(String, [UInt8], UInt16)])
    func servers(text: String, bytes: [UInt8], port: UInt16) throws {
        let address = try #require(ServerAddress(text))
        #expect(address.bytes == bytes || text.hasPrefix("localhost"))
        #expect(address.port == port)
    }
}
