import AWS
import JSON
import Mail
import TestSupport
import Testing

@testable import ses_mail

/// What a stored mail's header tells about how it came.
struct StoredMailTests {
    private func mail(_ text: String) -> StoredMail {
        StoredMail(
            S3.Object(key: "emails/id", byteCount: 1, lastModified: "T"),
            bucket: "mails", beginning: Array(text.utf8))
    }

    @Test("SES's findings are the first ones; another server's and a sender's own are not taken")
    func findings() {
        let ours = mail(
            """
            Return-Path: <a@b.example>
            X-SES-Virus-Verdict: FAIL
            Authentication-Results: amazonses.com;
             spf=softfail (x) client-ip=192.0.2.1; dkim=none header.i=@c; dkim=pass header.i=@b;
             dmarc=temperror header.from=b.example
            X-SES-Virus-Verdict: PASS
            Authentication-Results: amazonses.com; spf=pass; dmarc=pass

            """)
        #expect(ours.source == "a@b.example")
        #expect(
            ours.verdicts.map { "\($0.name) \($0.value["status"]?.string ?? "")" } == [
                "virusVerdict FAIL", "spfVerdict GRAY", "dkimVerdict GRAY",
                "dmarcVerdict PROCESSING_FAILED",
            ])
        let theirs = mail("Authentication-Results: mx.example; spf=pass\n\n")
        #expect(theirs.verdicts.isEmpty)
        #expect(theirs.source.isEmpty)
        #expect(mail("Return-Path: <>\n\n").source.isEmpty)
    }

    @Test(
        "Nobody gets better by what he says in the envelope, at his greeting or in a comment",
        arguments: [
            #"spf=fail (x) envelope-from="x; spf=pass; dkim=pass "@b.example; dkim=none"#,
            #"spf=fail; helo=x;spf=pass;dkim=pass; dkim=none"#,
            #"spf=fail (a (b; spf=pass; dkim=pass) c); dkim=none"#,
            #"spf=fail; dkim=none; envelope-from="x; dkim=pass"#,
            #"spf=fail (never ends; dkim=pass"#, #"spf=fail; dkim=none; x="a\"; dkim=pass; ""#,
            "spf=pass; dkim=none; spf=fail",
        ])
    func forged(results: String) {
        let found = AuthenticationResults("amazonses.com; \(results)")
        #expect(found.verdict("spf") == "FAIL")
        #expect(found.verdict("dkim") != "PASS")
    }

    @Test("A header that takes too much room when it is escaped is shortened, and said so")
    func huge() throws {
        let line = "Subject: " + String(repeating: "\u{1}", count: 30_000)
        let stored = mail("Return-Path: <a@b>\nMessage-ID: <m>\nList-Id: l\n\(line)\n\n")
        let text = stored.notification(for: ["x@example.com"], verdicts: [])
        #expect(text.count < 200_000)
        let notification = try JSONValue(parsing: text)
        let received = try ReceivedMail(notification)
        #expect(received.recipients == ["x@example.com"])
        #expect(received.mail.headers?["list-id"] == "l")
        #expect(notification["mail"]?["headersReduced"] == true)
    }

    @Test("A mail is unrouted after an hour, and as long as the routing log is kept")
    func unrouted() {
        func object(_ key: String, _ secondsAgo: Int) -> S3.Object {
            S3.Object(
                key: "emails/\(key)", byteCount: 1,
                lastModified: Clock.text(1_800_000_000 - secondsAgo))
        }
        let found = UnroutedMail.known(
            [
                object("new", 3599), object("hour", 3601), object("old", 7 * 86_400 + 1),
                object("week", 7 * 86_400 - 1), object("AMAZON_SES_SETUP_NOTIFICATION", 7200),
            ], now: 1_800_000_000, retentionSeconds: 7 * 86_400)
        #expect(found.map(\.key) == ["emails/week", "emails/hour"])
    }

    @Test("The notification is one that the router understands")
    func notification() throws {
        let stored = mail(
            "Return-Path: <a@b>\r\nX-Long: 1\r\n 2\r\nSubject: =?utf-8?Q?=E2=82=AC?=\r\n\r\n")
        let text = stored.notification(for: ["x@example.com"], verdicts: stored.verdicts)
        let notification = try JSONValue(parsing: text)
        let received = try ReceivedMail(notification)
        #expect(received.mail.messageId == "id")
        #expect(received.recipients == ["x@example.com"])
        #expect(received.mail.headers?["x-long"] == "1 2")
        #expect(received.mail.commonHeaders?.subject == "€")
        #expect(received.receipt.action?.key(in: "mails") == "emails/id")
        #expect(notification["mail"]?["headersTruncated"] == false)
    }

    @Test("A header that does not end in what was read of it is truncated")
    func long() {
        let text = String(repeating: "X-A: b\n", count: 1 + StoredMail.headerBytes / 7)
        #expect(mail(String(text.prefix(StoredMail.headerBytes))).headersTruncated)
        #expect(!mail("X: y\n").headersTruncated)
    }

    @Test(
        "How far back is said in several ways",
        arguments: [
            ("30m", 1_000_000_000 - 1800), ("3d", 1_000_000_000 - 259_200),
            ("2001-09-09", 999_993_600), ("2001-09-09T01:00:00Z", 999_997_200),
        ])
    func since(text: String, epochSeconds: Int) {
        #expect(Since(text, now: 1_000_000_000)?.epochSeconds == epochSeconds)
    }

    @Test(
        "What is no time, or one to come, is refused",
        arguments: ["", "h", "-1h", "1.5h", "2001-02-30", "2001-09-10", "1w", "99999999d"])
    func noTime(text: String) {
        #expect(Since(text, now: 1_000_000_000) == nil)
    }
}
