import JSON
import Testing

@testable import Mail

/// Programs that say in some way that no person wrote a mail.
struct MachineMailTests {
    @Test(
        "Machines get no report",
        arguments: [
            ("Auto-Submitted", "no", nil), ("Auto-Submitted", "NO (really)", nil),
            ("Auto-Submitted", "(typed by hand) no", nil), ("Auto-Submitted", "no; a=b", nil),
            ("Auto-Submitted", "auto-replied", .autoSubmitted),
            ("auto-submitted", "auto-generated; x=y", .autoSubmitted),
            ("Auto-Submitted", "(no) auto-notified", .autoSubmitted),
            ("Auto-Submitted", "", .autoSubmitted), ("Precedence", "bulk", .bulkPrecedence),
            ("PRECEDENCE", " List ", .bulkPrecedence), ("Precedence", "junk", .bulkPrecedence),
            ("Precedence", "(a (nested) one) Bulk (x)", .bulkPrecedence),
            ("Precedence", "\r\n\tbulk", .bulkPrecedence),
            ("Precedence", "\"bulk\"", .bulkPrecedence),
            ("Precedence", "bulk, junk", .bulkPrecedence), ("Precedence ", "list", .bulkPrecedence),
            ("Precedence", "junk; x", .bulkPrecedence), ("Precedence", "first-class", nil),
            ("Precedence", "special-delivery (not bulk)", nil), ("Precedence", "bulky", nil),
            ("Precedence", "auto_reply", .autoReply), ("Precedence", "Auto-Reply", .autoReply),
            ("precedence", "AUTO_REPLY (vacation)", .autoReply), ("X-Precedence", "bulk", nil),
            ("X-Autoreply", "yes", .autoReply), ("X-AUTOREPLY", "", .autoReply),
            ("x-autorespond", "Out of office", .autoReply), ("X-Autoreplied", "yes", nil),
            ("List-Id", "<x.e.f>", .mailingList), ("LIST-Unsubscribe-Post", "x", .mailingList),
            ("list-unsubscribe", "", .mailingList), ("Listing", "x", nil), ("X-List-Id", "x", nil),
            ("Content-Type", "Multipart/Report; report-type=delivery-status", .deliveryReport),
            ("Content-Type", "multipart/report(x)", .deliveryReport),
            ("Content-Type", "(x) multipart / report ; a=b", .deliveryReport),
            ("Content-Type", "multipart/mixed; x=multipart/report", nil),
            ("Content-Type", "multipart/reports", nil),
            ("X-Failed-Recipients", "a@e.f", .deliveryReport),
            ("x-failed-recipients", "", .deliveryReport),
            ("X-Auto-Response-Suppress", "All", .autoResponseSuppress),
            ("X-Auto-Response-Suppress", "DR, NDR, OOF", .autoResponseSuppress),
            ("x-auto-response-suppress", "OOF,ndr", .autoResponseSuppress),
            ("X-Auto-Response-Suppress", "DR;NDR", .autoResponseSuppress),
            ("X-Auto-Response-Suppress", "(x) ALL;", .autoResponseSuppress),
            ("X-Auto-Response-Suppress", "DR, OOF, AutoReply", nil),
            ("X-Auto-Response-Suppress", "DR, NRN, RN", nil),
            ("X-Loop", "reports@example.com", .loop), ("X-LOOP", "<Reports@Example.COM>", .loop),
            ("X-Loop", "Nobody (x) <nobody@example.org>", .loop),
            ("X-Loop", "loop of nobody@example.org", .loop),
            ("X-Loop", "a@b.c, nobody@example.org", .loop), ("X-Loop", "a@b.c", nil),
            ("X-Loop", "x-nobody@example.org", nil), ("X-Loop", "yes", nil), ("X-Loop", "", nil),
            ("From", "MAILER-DAEMON", .automaticSender),
            ("From", "Mail Delivery System <mailer-daemon@e.f>", .automaticSender),
            ("From", "MAILER-DAEMON@e.f (Mail Delivery System)", .automaticSender),
            ("From", "\"Postmaster\" <Postmaster+x@e.f>", .automaticSender),
            ("From", "A <a@e.f>, <postmaster@e.f>", .automaticSender),
            ("from", "G: postmaster@e.f;", .automaticSender),
            ("From", "Postmaster <jane@e.f>", nil), ("From", "postmaster.jane@e.f", nil),
            ("From", "(postmaster@e.f) jane@e.f", nil), ("Sender", "postmaster@e.f", nil),
        ] as [(String, String, SuppressionReason?)])
    func header(name: String, value: String, expected: SuppressionReason?) {
        #expect(reason(headers: [("Content-Type", "text/plain"), (name, value)]) == expected)
        // In the midst of others, in whatever order.
        let around = [(name, value), ("Subject", "x"), ("X-Mailer", "auto_reply bulk")]
        #expect(reason(headers: around) == expected)
    }

    @Test("One field of several is enough, wherever it stands", arguments: [0, 1, 2])
    func repeated(place: Int) {
        for (name, good, bad, expected) in [
            ("Auto-Submitted", "no", "auto-replied", SuppressionReason.autoSubmitted),
            ("Precedence", "first-class", "auto_reply", .autoReply),
            ("X-Auto-Response-Suppress", "OOF", "NDR", .autoResponseSuppress),
            ("X-Loop", "a@b.c", "reports@example.com", .loop),
            ("From", "a@b.c", "mailer-daemon@b.c", .automaticSender),
        ] {
            var values = [good, good, good]
            values[place] = bad
            #expect(reason(headers: values.map { (name, $0) }) == expected)
        }
    }

    @Test("An author whom SES names, but whose header is missing, counts too")
    func pickedFrom() {
        let mail = ReceivedMail(
            mail: .init(
                messageId: "m", source: "a@b.c",
                commonHeaders: .init(from: ["Postmaster <postmaster@b.c>"])),
            receipt: .init(spfVerdict: .pass))
        #expect(policy.suppressionReason(for: mail) == .automaticSender)
    }

    @Test(
        "Nobody reads behind some names, however they are spelled",
        arguments: [
            ("noreply", true), ("no-reply", true), ("no_reply", true), ("no.reply", true),
            ("No--Reply", true), ("NO_REPLY", true), ("donotreply", true), ("do-not-reply", true),
            ("do_not_reply", true), ("do.not_reply", true), ("donot-reply", true),
            ("dont-reply", true), ("don't.reply", true), ("noreply-orders", true),
            ("no-reply_7", true), ("noreply2", true), ("noreply.", true), ("no.reply+x", true),
            ("do-not-reply.shop", true), (#""no-reply""#, true), (#""no reply""#, true),
            ("noreplyorders", false), ("no-replying", false), ("nor.eply", false),
            ("bounces+7", false), ("noel.reply", false), ("replyno", false), ("no", false),
            ("orders-noreply", false), ("donut-reply", false), ("notify", false), ("reply", false),
            ("mailer-daemon", true), ("MAILER_DAEMON", true), ("mailerdaemon", true),
            ("postmaster", true), ("postmaster+x", true), ("postmaster-general", false),
            ("mailer-daemons", false), ("mailer", false),
        ])
    func names(local: String, isAutomatic: Bool) {
        let mail = ReceivedMail(
            mail: .init(messageId: "m", source: "\(local)@shop.example"),
            receipt: .init(spfVerdict: .pass))
        #expect(policy.suppressionReason(for: mail) == (isAutomatic ? .automaticSender : nil))
    }

    private let policy = BouncePolicy(bounceSender: "reports@example.com")

    private func reason(headers: [(String, String)]) -> SuppressionReason? {
        let json = JSONValue.array(
            headers.map { ["name": .string($0.0), "value": .string($0.1)] })
        let mail = ReceivedMail(
            mail: .init(
                messageId: "m", source: "person@sender.example", headers: MailHeaders(json)),
            receipt: .init(recipients: ["Nobody@example.org"], spfVerdict: .pass))
        return policy.suppressionReason(for: mail)
    }
}
