import AWS
import Foundation
import JSON
import Mail
import TestSupport
import Testing

@testable import ses_mail

/// A stored mail as `mail show` prints it.
struct ShownMailTests {
    static func shown(_ bytes: [UInt8]) -> ShownMail {
        let object = S3.Object(
            key: "emails/0123", byteCount: bytes.count, lastModified: "2026-11-29T10:00:00.000Z")
        let stored = StoredMail(object, bucket: "mails", beginning: bytes)
        return ShownMail(
            stored: stored, content: ReceivedPart(bytes), holding: Holding(stored, [], rows: []))
    }

    private func shown(_ text: String) -> ShownMail { Self.shown(Array(text.utf8)) }

    @Test("Header, verdicts, text and attachments are shown decoded")
    func whole() {
        let mail = shown(
            """
            Return-Path: <anna@remote.example>\r
            Received: from mx.remote.example by inbound-smtp.eu-west-1.amazonaws.com\r
             with SMTP id 0123 for support@example.com; Sun, 29 Nov 2026 10:00:00 +0000\r
            X-SES-Spam-Verdict: FAIL\r
            X-SES-Virus-Verdict: PASS\r
            Received-SPF: fail (spfCheck: domain of remote.example) client-ip=192.0.2.1\r
            From: =?ISO-8859-15?Q?J=FCrgen_=A4?= <anna@remote.example>\r
            Subject: =?utf-8?B?R3LDvMOfZQ==?=\r
             =?utf-8?Q?_aus?= Wien\r
            Content-Type: multipart/mixed; boundary="b \\"1\\""\r
            \r
            preamble\r
            --b "1"\r
            Content-Type: text/plain; charset=windows-1252\r
            Content-Transfer-Encoding: quoted-printable\r
            \r
            50 =80 =\r
            and =93more=94\r
            --b "1"\r
            Content-Disposition: attachment;\r
             filename*0*=iso-8859-1'de'R%FC;\r
             filename*1="ck.pdf"\r
            Content-Type: application/pdf\r
            Content-Transfer-Encoding: base64\r
            \r
            AAEC\r
            Aw==\r
            --b "1"--\r

            """)
        #expect(
            mail.fields == [
                ["From", "Jürgen € <anna@remote.example>"], ["Subject", "Grüße aus Wien"],
                ["Envelope", "anna@remote.example → support@example.com"],
                ["Stored", "819 bytes, 2026-11-29T10:00:00.000Z, s3://mails/emails/0123"],
                ["Verdicts", "spam FAIL, virus PASS, spf FAIL"],
                ["State", "junk (spam) (by the header; the log is silent)"],
            ])
        #expect(mail.text(save: "") == "50 € and “more”")
        #expect(mail.attachments.map(\.name) == ["Rück.pdf"])
        #expect(mail.attachments.map(\.byteCount) == [4])
    }

    @Test("Of a mail with HTML alone it is said how to save it, and no tag is printed")
    func html() {
        let mail = shown("Content-Type: text/html\r\n\r\n<b>Hello</b>\r\n")
        #expect(
            mail.text(save: "ses-mail mail save 0123")
                == "The mail has its text as HTML only, which is not shown. Save it, and open the "
                + "file in a mail program: ses-mail mail save 0123")
        #expect(mail.attachments.isEmpty)
        #expect(shown("Content-Type: image/png\r\n\r\nx").text(save: "") == "The mail has no text.")
    }

    @Test("A character set that is not decoded is named, and its ASCII stays")
    func charset() {
        let mail = Self.shown(
            Array("Content-Type: text/plain; charset=euc-kr\r\n\r\nabc ".utf8) + [0xB4, 0xEB])
        #expect(
            mail.text(save: "")
                == "The character set euc-kr is not decoded: letters beyond ASCII are wrong.\n\n"
                + "abc \u{FFFD}\u{FFFD}")
    }

    /// Each is a text by which a stranger may try to move the cursor, recolour, retitle or turn
    /// what a terminal shows.
    static let hostile = [
        "\u{1B}[31mred\u{1B}[0m", "\u{1B}]0;title\u{7}", "\u{9B}31m", "\u{90}q\u{9C}", "a\u{8}b",
        "\u{7F}", "\r\u{1B}[2K", "\t", "\u{202E}evil\u{202C}", "\u{2066}x\u{2069}", "\u{85}",
        "\u{2028}", "\u{0}", "\u{E0001}tag", "\u{61C}", "\u{1B}P1$r\u{1B}\\", "\u{E}\u{F}",
    ]

    /// The hostile text in each place of a mail that is shown, in each way to write it there.
    static func mails(_ text: String) -> [[UInt8]] {
        let base64 = Data(text.utf8).base64EncodedString()
        let raw = text.filter { $0 != "\r" && $0 != "\u{0}" }
        let latin = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        let word = "=?utf-8?B?\(base64)?="
        let percent = text.utf8.map { "%" + String($0, radix: 16).paddedHex }.joined()
        let fields = [
            "From", "To", "Cc", "Subject", "Date", "Message-ID", "Reply-To", "Return-Path",
        ]
        let headers =
            fields.flatMap { ["\($0): \(word)", "\($0): \(raw)"] }
            + ["X-SES-Spam-Verdict: \(raw)", "Received: for \(raw)@b.example;", "\(raw)X: y"]
        return [
            Array(
                (headers.joined(separator: "\r\n") + """
                    \r
                    Content-Type: multipart/mixed; boundary=b\r
                    \r
                    --b\r
                    Content-Type: text/plain; charset=utf-8\r
                    Content-Transfer-Encoding: base64\r
                    \r
                    \(base64)\r
                    --b\r
                    Content-Type: application/x-\(raw); name="\(raw)"\r
                    \r
                    --b\r
                    Content-Disposition: attachment; filename*=utf-8''\(percent)\r
                    \r
                    --b--\r

                    """).utf8),
            Array("Content-Type: text/plain; charset=iso-8859-1\r\n\r\n".utf8) + latin,
            Array("Content-Type: text/plain; charset=\"\(raw)\"\r\n\r\n\(text)".utf8),
        ]
    }

    @Test(
        "No character that a terminal obeys is printed, wherever a mail has it", arguments: hostile)
    func harmless(text: String) {
        for bytes in Self.mails(text) {
            let mail = Self.shown(bytes)
            var printed: [String] = mail.fields.flatMap { $0 } + mail.allFields.flatMap { $0 }
            printed.append(mail.text(save: ""))
            printed.append(String(decoding: mail.json.bytes, as: UTF8.self).asJSONForTerminals)
            for words in printed { #expect(words.isHarmless, "\(words.debugDescription)") }
        }
    }

    @Test("An escape in JSON is the same text for a program")
    func json() throws {
        let text = "\u{1B}\u{9B}\u{202E}\u{E0001}\u{7F}é€ \u{200D}\n"
        let json = JSONValue.string(text)
        let safe = String(decoding: json.bytes, as: UTF8.self).asJSONForTerminals
        #expect(safe.isHarmless && !safe.contains("\n"))
        #expect(try JSONValue(parsing: safe) == json)
    }
}

extension String {
    fileprivate var paddedHex: String { count == 1 ? "0" + self : self }

    /// Whether a terminal only shows it: no control character but the line end, and nothing that
    /// turns the direction of writing.
    var isHarmless: Bool {
        unicodeScalars.allSatisfy { scalar in
            let isControl = scalar.value < 0x20 && scalar != "\n" || 0x7F...0x9F ~= scalar.value
            let isTurning =
                0x202A...0x202E ~= scalar.value || 0x2066...0x2069 ~= scalar.value
                || [0x61C, 0x200E, 0x200F, 0x2028, 0x2029].contains(scalar.value)
                || 0xE0000...0xE0FFF ~= scalar.value
            return !isControl && !isTurning
        }
    }
}
