import TestSupport
import Testing
import Text

@testable import Mail

/// How a mail is divided and decoded.
struct ReceivedPartTests {
    private func part(_ text: String) -> ReceivedPart {
        ReceivedPart(Array(text.replacing("\n", with: "\r\n").utf8))
    }

    @Test("The text is that of the first readable part, however deep, and no attachment")
    func nested() {
        let mail = part(
            """
            Content-Type: multipart/mixed; boundary=outer

            --outer
            Content-Type: text/plain
            Content-Disposition: attachment; filename="notes.txt"

            not this
            --outer
            Content-Type: multipart/related; boundary=outer1

            --outer1
            Content-Type: multipart/alternative; boundary="in ner"

            --in ner
            Content-Type: text/html

            <p>
            --in ner
            Content-Type: text/plain

            this
            --in ner--
            --outer1
            Content-Type: image/png; name=a.png
            Content-Transfer-Encoding: base64

            AAAA
            --outer1--
            --outer--
            epilogue
            """)
        #expect(mail.firstText("text/plain")?.words.text == "this")
        #expect(mail.firstText("text/html")?.words.text == "<p>")
        #expect(mail.attachments.map(\.fileName) == ["notes.txt", "a.png"])
        #expect(mail.attachments.map(\.content.count) == [8, 3])
    }

    @Test(
        "What breaks the rules still has its text",
        arguments: [
            ("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nopen end", "open end"),
            ("Content-Type: multipart/mixed; boundary=b\n\n--b  \nno header\n--b--", "no header"),
            ("Content-Type: multipart/mixed; boundary=b\n\n--bc\nno\n--b\n\nyes\n--b--", "yes"),
            ("Content-Type: nonsense\n\nplain", "plain"), ("no header at all", "no header at all"),
            ("X: y\nstray line\nZ: z\n\nbody", "stray line\nZ: z\n\nbody"),
            ("Content-Transfer-Encoding: x-odd\n\n=41", "=41"),
            ("Content-Transfer-Encoding: base64\n\nQ UJD\nQ\nQ==\nfooter", "ABCA"),
            ("Content-Transfer-Encoding: quoted-printable\n\na= \nb=\nc=3Dd=zz=", "abc=d=zz"),
        ])
    func broken(text: String, expected: String) {
        #expect(part(text).firstText("text/plain")?.words.text == expected)
    }

    @Test("The text in the innermost of forty parts is found at once", .timeLimit(.minutes(1)))
    func nestedText() {
        let parts = (0..<40).map { "Content-Type: multipart/mixed; boundary=b\($0)\n\n--b\($0)\n" }
        #expect(part(parts.joined() + "\nhere").firstText("text/plain")?.words.text == "here")
    }

    @Test("Parts within parts without end are read no deeper than fifty")
    func depth() {
        let head = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        let mail = ReceivedPart(Array(String(repeating: head, count: 10_000).utf8))
        var depth = 0
        var part: ReceivedPart? = mail
        while let next = part?.parts.first {
            part = next
            depth += 1
        }
        #expect(depth <= 50)
        let wide = ReceivedPart(
            Array((head + String(repeating: "\r\nx\r\n--b\r\n", count: 5000)).utf8))
        #expect(wide.parts.count == 1000)
    }

    @Test(
        "A parameter is read quoted, split, with a character set of its own, or as an encoded-word",
        arguments: [
            (#"attachment; filename="a;b \"c\".txt""#, #"a;b "c".txt"#),
            ("attachment; FileName = plain.txt ; x=y", "plain.txt"),
            ("attachment; filename*=UTF-8'de'%E2%82%AC%20rates.txt", "€ rates.txt"),
            (
                "attachment; filename*0*=ISO-8859-15''%A4; filename*1=\" %41\"; filename*2*=%2E",
                "€ %41."
            ),
            (#"attachment; filename="=?utf-8?Q?=C3=BC.pdf?=""#, "ü.pdf"),
            ("attachment; filename*1=b", nil), ("attachment; filename", nil), ("", nil),
        ] as [(String, String?)])
    func parameters(field: String, expected: String?) {
        #expect(ContentValue(field)["filename"] == expected)
    }

    @Test("Whatever text a part has, it is read as it was written, in both encodings")
    func fuzz() {
        var random = SeededGenerator(seed: 41)
        for _ in 0..<500 {
            let text = random.hostileText(maximumScalars: 60)
            // Quoted-printable carries lines, and a CR before a line end would be a part of it.
            let lines = String(text.unicodeScalars.filter { $0 != "\r" })
            let head = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
            let parts = [
                ("base64\r\n\r\n\(Base64.encode(Array(text.utf8)))", text.withoutCarriageReturns),
                ("quoted-printable\r\n\r\n\(QuotedPrintable.encoded(lines))", lines + "\n"),
            ]
            for (part, expected) in parts {
                let mail =
                    "Content-Type: multipart/mixed; boundary=\"=_b\"\r\n\r\n--=_b\r\n\(head)"
                    + "\(part)\r\n--=_b--"
                let read = ReceivedPart(Array(mail.utf8)).firstText("text/plain")?.words.text
                #expect(read?.hasSameBytes(as: expected) == true, "\(part)")
            }
        }
    }
}

extension String {
    /// With LF for CRLF.
    fileprivate var withoutCarriageReturns: String {
        var bytes: [UInt8] = []
        for byte in utf8 {
            if byte == 0x0A, bytes.last == 0x0D { bytes.removeLast() }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
