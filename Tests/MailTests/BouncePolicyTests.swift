import TestSupport
import Testing

@testable import Mail

struct BouncePolicyTests {
    private let policy = BouncePolicy(
        bounceSender: "reports@example.com", ownMailFromDomains: ["bounce.example.com", " b.e.f "])

    @Test("A person whose envelope SPF proves gets a report")
    func sent() {
        #expect(policy.suppressionReason(for: mail()) == nil)
        #expect(policy.suppressionReason(for: mail(source: "person@example.com")) == nil)
    }

    @Test(
        "Some envelope senders get none",
        arguments: [
            (nil, .noSender), ("", .noSender), ("<>", .noSender), (" ", .noSender),
            ("no address", .malformedSender), ("a@b@", .malformedSender), ("@b", .malformedSender),
            ("<a@b>", .malformedSender), ("a@b\r\nBcc: c@d", .malformedSender),
            ("a\n@b", .malformedSender), ("a@b,c@d", .malformedSender), ("a b@c", .malformedSender),
            ("jös@e.f", .malformedSender), ("a@é.f", .malformedSender),
            (String(repeating: "a", count: 400) + "@e.f", .malformedSender),
            ("MAILER-DAEMON", .automaticSender), ("Mailer-Daemon@e.f", .automaticSender),
            ("postmaster@e.f", .automaticSender), ("no-reply@e.f", .automaticSender),
            ("NoReply@e.f", .automaticSender), ("donotreply@e.f", .automaticSender),
            ("do-not-reply@e.f", .automaticSender), ("noreply+x1@e.f", .automaticSender),
            ("Reports@Example.com", .ownSender), ("0100@bounce.example.com", .ownSender),
            ("0100@BOUNCE.example.com", .ownSender), ("x@b.e.f", .ownSender),
            ("x@sub.bounce.example.com", nil), ("replyno@e.f", nil), ("a..b.@e.f", nil),
            ("a@e..f", .malformedSender), ("a@.e.f", .malformedSender),
            (#""a b"@e.f"#, nil), ("a=b+c/d@[192.0.2.1]", nil), ("\u{212A}@e.f", .malformedSender),
        ] as [(String?, SuppressionReason?)])
    func sender(source: String?, expected: SuppressionReason?) {
        #expect(policy.suppressionReason(for: mail(source: source)) == expected)
    }

    @Test(
        "Spam, viruses and senders that may be forged get none",
        arguments: [
            (.fail, .pass, .pass, .pass, .pass, .spam), (.pass, .fail, .pass, .pass, .pass, .virus),
            (.pass, .pass, .fail, .pass, .pass, .spfFailed),
            (.pass, .pass, .pass, .pass, .fail, .dmarcFailed),
            (.pass, .pass, .gray, .fail, .pass, .unauthenticated),
            (.pass, .pass, nil, nil, nil, .unauthenticated),
            (.pass, .pass, .processingFailed, .disabled, nil, .unauthenticated),
            (.pass, .pass, .gray, .pass, .gray, .unauthenticated),
            (nil, nil, nil, .pass, nil, .unauthenticated),
            (.gray, .unknown("x"), .pass, .fail, .gray, nil), (nil, nil, .pass, nil, nil, nil),
        ] as [(Verdict?, Verdict?, Verdict?, Verdict?, Verdict?, SuppressionReason?)])
    func verdicts(
        spam: Verdict?, virus: Verdict?, spf: Verdict?, dkim: Verdict?, dmarc: Verdict?,
        expected: SuppressionReason?
    ) {
        let mail = mail(spam: spam, virus: virus, spf: spf, dkim: dkim, dmarc: dmarc)
        #expect(policy.suppressionReason(for: mail) == expected)
    }

    @Test("Proof need not be asked for, but every other rule still counts")
    func withoutAuthentication() {
        let lax = BouncePolicy(bounceSender: "reports@example.com", requiresAuthentication: false)
        #expect(lax.suppressionReason(for: mail(spf: nil, dkim: nil)) == nil)
        #expect(lax.suppressionReason(for: mail(spf: .fail, dkim: .pass)) == .spfFailed)
        #expect(lax.suppressionReason(for: mail(dmarc: .fail)) == .dmarcFailed)
        #expect(lax.suppressionReason(for: mail(spam: .fail, spf: nil)) == .spam)
        #expect(lax.suppressionReason(for: mail(source: "no-reply@e.f")) == .automaticSender)
        let list = MailHeaders([.init(name: "List-Id", value: "x")])
        #expect(lax.suppressionReason(for: mail(headers: list)) == .mailingList)
    }

    @Test("Only harmless ASCII senders pass, whatever they are")
    func fuzz() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<5000 {
            let source = random.hostileText(maximumScalars: 8)
            guard policy.suppressionReason(for: mail(source: source)) == nil else { continue }
            #expect(source.isPrintableASCII && source.contains("@"))
        }
    }

    private func mail(
        source: String? = "person@example.org", headers: MailHeaders? = nil,
        spam: Verdict? = .pass, virus: Verdict? = .pass, spf: Verdict? = .pass,
        dkim: Verdict? = .pass, dmarc: Verdict? = .pass
    ) -> ReceivedMail {
        ReceivedMail(
            mail: .init(messageId: "m", source: source, headers: headers),
            receipt: .init(
                spamVerdict: spam, virusVerdict: virus, spfVerdict: spf, dkimVerdict: dkim,
                dmarcVerdict: dmarc))
    }
}
