import TestSupport
import Testing

@testable import Mail

struct RefusalNoticeTests {
    private static func notice(
        of mail: ReceivedMail?, to recipient: String = "user@example.com",
        refusal: String = "Invalid From header (invalidArgument, 400)"
    ) -> String {
        let notice = RefusalNotice(
            of: mail, id: "o3vrnil0e2ic28", to: recipient, byteCount: 31_412_224, refusal: refusal,
            sentAtEpochSeconds: 1_737_194_405)
        return String(decoding: notice.bytes, as: UTF8.self)
    }

    private static func mail(
        source: String = "jane@sender.example", from: String = "Jane Doe <jane@sender.example>",
        subject: String = "Photos"
    ) -> ReceivedMail {
        ReceivedMail(
            mail: .init(
                messageId: "o3vrnil0e2ic28", timestamp: "2025-01-18T10:00:00.000Z", source: source,
                commonHeaders: .init(from: [from], subject: subject)))
    }

    private static let hostile = mail(
        source: "x@y\r\nBcc: victim@evil.example", from: "=?utf-8?Q?a=0D=0ABcc:_v?= <a@b>\u{202E}",
        subject: "a\r\nBcc: victim@evil.example\r\n\r\n\u{1B}[2J"
            + String(repeating: "long ", count: 300))

    @Test("A notice is what the golden file says", arguments: ["refusal", "refusal-hostile"])
    func golden(name: String) throws {
        let text =
            name == "refusal"
            ? Self.notice(of: Self.mail(subject: "=?UTF-8?B?R3LDvMOfZQ==?="))
            : Self.notice(
                of: Self.hostile, to: "\"<b>\r\nBcc: v\"@example.com",
                refusal: "Invalid\r\nBcc: v" + String(repeating: "x", count: 2000))
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { !$0.utf8.contains(0x0A) && $0.utf8.count <= 998 })
        #expect(text.utf8.allSatisfy { 0x20...0x7E ~= $0 || $0 == 0x0D || $0 == 0x0A })
        let shown = lines.joined(separator: "\n")
        #expect(try shown == GoldenFile("\(name).golden").accepted(shown))
    }

    @Test("No stranger's text puts a line into a notice, neither in its head nor in its text")
    func injection() {
        let text = Self.notice(of: Self.hostile, to: "a@b\r\nBcc: v@evil.example")
            .replacing("=\r\n", with: "")
        let lines = text.split(separator: "\r\n").map(String.init)
        #expect(!lines.contains { $0.hasPrefix("Bcc") })
        #expect(lines.contains("From: mailer-daemon@evil.example"))
        #expect(lines.contains("To: undisclosed-recipients:;"))
    }

    @Test(
        "The notice comes from the recipient's domain, whatever stands before it",
        arguments: [
            ("U+t@Example.COM", "example.com"), ("josé@example.com", "example.com"),
            ("\"a b\"@example.com.", "example.com"), ("a@exämple.com", "ses-mail.invalid"),
            ("a", "ses-mail.invalid"), ("a@b>, <c@d", "d"), ("a@b c", "ses-mail.invalid"),
        ])
    func domain(recipient: String, domain: String) {
        let text = Self.notice(of: nil, to: recipient)
        #expect(text.contains("\r\nFrom: mailer-daemon@\(domain)\r\n"))
    }

    @Test("Of a mail that cannot be read the notice says so")
    func unread() {
        let text = Self.notice(of: nil)
        for name in ["Envelope sender:", "From:           ", "Received:       "] {
            #expect(text.contains("\r\n\(name) not known\r\n"))
        }
    }
}
