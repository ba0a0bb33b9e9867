@testable import Mail

/// The reports that are compared with golden files.
enum SampleReport: String, CaseIterable {
    /// One recipient, refused by the rule for all.
    case defaultRule = "default-rule"
    /// Several recipients for several reasons, and a subject beyond ASCII.
    case severalReasons = "several-reasons"
    /// Everything that could be missing is missing.
    case bare
    /// A mail that tries to inject headers, HTML and boundaries.
    case hostile

    var report: DeliveryStatusNotification {
        switch self {
        case .defaultRule:
            notification(
                subject: "Test Subject",
                headers: [
                    ("Received", "from mx.example.org by inbound-smtp.us-east-1.amazonaws.com"),
                    ("X-SES-Spam-Verdict", "PASS"), ("From", "Jane Doe <janedoe@example.org>"),
                    ("Subject", "Test Subject"), ("Message-ID", "<1234@example.org>"),
                ],
                targets: [
                    RoutingTarget(
                        target: "User@example.com", rule: "ROUTE#*",
                        description: "Default: bounce all unmatched emails")
                ])
        case .severalReasons:
            notification(
                subject: "=?UTF-8?B?0JrQvtGC?= 日本語のとても長い件名です。これは何度も折り返されなければなりません。",
                headers: [("Subject", "=?UTF-8?B?0JrQvtGC?="), ("To", "josé@example.com")],
                targets: [
                    RoutingTarget(target: "nobody@example.com", reason: .noRule),
                    RoutingTarget(target: "josé+a b@example.com", reason: .lookupFailed),
                    RoutingTarget(
                        target: "old@example.com", rule: "ROUTE#old@example.com",
                        description: "Verließ uns im März"),
                    RoutingTarget(
                        target: "shop@example.com", rule: "ROUTE#shop@example.com", reason: .ended),
                    RoutingTarget(
                        target: "club@example.com", rule: "ROUTE#club@example.com",
                        reason: .senderNotListed),
                ])
        case .bare:
            DeliveryStatusNotification(
                mail: ReceivedMail(mail: .init(messageId: "abc", source: "a@b.example")),
                targets: [RoutingTarget(target: "c@d.example")], sender: "reports@example.com",
                reportingMTA: "inbound-smtp.us-east-1.amazonaws.com", sentAtEpochSeconds: 0)
        case .hostile:
            notification(
                subject:
                    "a\r\nBcc: victim@example.net\r\n\r\n<script>alert('x')</script>\u{202E}&\0"
                    + String(repeating: " long", count: 200),
                headers: [
                    ("X-Evil", "a\r\n\r\n--=_x\r\nContent-Type: text/html\r\n\r\n<b>\u{2028}"),
                    ("Bad Name", "x"), ("Bad:Name", "x"), ("Bad\r\nName", "x"), ("", "x"),
                    ("X-Long", String(repeating: "y", count: 2000)),
                    ("Message-ID", "<a@b>\r\nBcc: victim@example.net"),
                    ("Subject", "=?utf-8?Q?a=0D=0ABcc:_v?="),
                ],
                targets: [
                    RoutingTarget(
                        target: "<img src=x onerror=alert(1)>\r\n@example.com", rule: "ROUTE#\r\n*",
                        description: "</td>\r\n\"quoted\" & 'single'")
                ])
        }
    }

    private func notification(
        subject: String, headers: [(String, String)], targets: [RoutingTarget]
    ) -> DeliveryStatusNotification {
        DeliveryStatusNotification(
            mail: ReceivedMail(
                mail: .init(
                    messageId: "o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1",
                    timestamp: "2025-01-18T10:00:00.000Z", source: "janedoe@example.org",
                    headers: MailHeaders(headers.map { .init(name: $0, value: $1) }),
                    commonHeaders: .init(
                        from: ["Jane Doe <janedoe@example.org>"], to: ["user@example.com"],
                        date: "Sat, 18 Jan 2025 10:00:00 +0000", messageId: "<1234@example.org>",
                        subject: subject))),
            targets: targets, sender: "mailer-daemon@example.com",
            reportingMTA: "inbound-smtp.us-east-1.amazonaws.com",
            sentAtEpochSeconds: 1_737_194_405, messageId: "<report-1@example.com>")
    }
}
