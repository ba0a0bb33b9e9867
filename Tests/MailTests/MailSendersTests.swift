import JSON
import Testing

@testable import Mail

/// Who a mail names as its senders, and which of them SES proved.
struct MailSendersTests {
    /// The senders as `address` or `address proved`.
    private static func senders(
        source: String? = "e@y.example", from: [String] = ["f@x.example"], common: [String]? = nil,
        spf: String = "PASS", dmarc: String = "PASS"
    ) throws -> [String] {
        var mail: [JSONValue.Member] = [
            .init("messageId", "mail-1"), .init("timestamp", "2026-01-01T00:00:00.000Z"),
            .init("headersTruncated", false),
            .init(
                "headers", .array(from.map { ["name": "From", "value": .string($0)] })),
            .init(
                "commonHeaders",
                ["from": .array((common ?? from).map { .string($0) }), "subject": "s"]),
        ]
        if let source { mail.append(.init("source", .string(source))) }
        let received = try ReceivedMail([
            "notificationType": "Received", "mail": .object(mail),
            "receipt": [
                "recipients": ["a@e.f"], "spfVerdict": ["status": .string(spf)],
                "dmarcVerdict": ["status": .string(dmarc)],
            ],
        ])
        return RoutedMail(received, junkDelivery: .store).senders.all.map {
            $0.address.text + ($0.isProved ? " proved" : "")
        }
    }

    @Test("SPF proves the envelope, DMARC the one address in From, and nothing else is proved")
    func proof() throws {
        #expect(try Self.senders() == ["e@y.example proved", "f@x.example proved"])
        #expect(try Self.senders(spf: "FAIL") == ["e@y.example", "f@x.example proved"])
        #expect(try Self.senders(dmarc: "GRAY") == ["e@y.example proved", "f@x.example"])
        #expect(
            try Self.senders(from: ["f@x.example, g@x.example"])
                == ["e@y.example proved", "f@x.example", "g@x.example"])
        #expect(
            try Self.senders(from: ["f@x.example", "g@z.example"])
                == ["e@y.example proved", "f@x.example", "g@z.example"])
        #expect(
            try Self.senders(from: ["f@x.example"], common: ["g@z.example"])
                == ["e@y.example proved", "f@x.example", "g@z.example"])
        #expect(try Self.senders(source: "F@X.example") == ["f@x.example proved"])
        #expect(
            try Self.senders(source: "f@x.example", spf: "FAIL", dmarc: "FAIL") == ["f@x.example"])
    }

    @Test("A null or missing sender is none", arguments: ["", "<>", "MAILER-DAEMON", nil])
    func null(source: String?) throws {
        #expect(try Self.senders(source: source, from: []) == [])
    }

    @Test("An address to which no mail can be sent is a sender all the same, and never proved")
    func odd() throws {
        #expect(
            try Self.senders(source: "x@a_b.evil.example", from: ["a b@evil.example"])
                == ["x@a_b.evil.example", "a b@evil.example"])
    }

    @Test("What cannot be a key is left out")
    func unusable() throws {
        let long = String(repeating: "l", count: 310) + "@x.example"
        #expect(
            try Self.senders(source: "é@y.example", from: ["\(long), x\(long), f@é.example"])
                == [long])
    }

    @Test("A rule's list sees every address, the table is asked about four")
    func many() throws {
        let from = (1...5).map { "f\($0)@x\($0).example" }.joined(separator: ", ")
        let all = try Self.senders(from: [from]).map { $0.split(separator: " ")[0] }
        #expect(all.count == 6)
        let senders = MailSenders(
            all.compactMap { EmailAddress(String($0)) }.map { .init($0, isProved: false) })
        let condition = SenderCondition(not: [try #require(SenderPattern("*@x5.example"))])
        #expect(!condition.accepts(senders))
        let keys = RoutingTable.keys(
            for: RoutedMail(recipients: ["a@e.f"], senders: senders)
        ).filter { $0.hasPrefix("SENDER#") }
        #expect(
            keys
                == ["e@y", "f1@x1", "f2@x2", "f3@x3"].flatMap { address in
                    let domain = address.split(separator: "@")[1]
                    return ["SENDER#\(address).example", "SENDER#*@\(domain).example"]
                })
    }

    @Test("Thousands of addresses are taken in at once")
    func thousands() throws {
        let from = (1...5000).map { "f\($0)@x.example" }
        #expect(try Self.senders(from: [], common: from).count == 5001)
    }
}
