import Text

@testable import Mail
@testable import ses_mail

extension FuzzTarget {
    static let mailTargets = [
        FuzzTarget(
            name: "mime",
            seeds: [
                FuzzInput.seed(
                    "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nb\r\n--a\r\n"
                        + "Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                        + "PGI+\r\n--a--\r\n"),
                FuzzInput.seed(
                    "Content-Type: multipart/related; boundary=\"b c\"; start=\"<1>\"\n\n--b c\n"
                        + "Content-ID: <1>\nContent-Type: text/plain; charset=latin1\n"
                        + "Content-Transfer-Encoding: quoted-printable\n\na=E9=\n\nb\n--b c--"),
            ],
            words: [
                "Content-Type: ", "multipart/", "; boundary=", "\n--a", "--\n", "base64", "=\r\n",
                "quoted-printable", "text/plain", "text/html", "charset=", "filename=", "\n\n",
                "Content-Transfer-Encoding: ", "Content-Disposition: attachment",
            ],
            takesMails: true,
            growing: [
                GrowingInput("Content-Type: multipart/mixed; boundary=a\n\n", "--a\n\nb#\n", ""),
                GrowingInput("", "Content-Type: multipart/mixed; boundary=b#\n\n--b#\n", ""),
                GrowingInput("", "Content-Type: multipart/mixed; boundary=b#\n\n--b#\n", "\na\n"),
                GrowingInput("Content-Transfer-Encoding: quoted-printable\n\n", "= \t", "\n"),
                GrowingInput("Content-Transfer-Encoding: quoted-printable\n\n", "=\n", "\n"),
                GrowingInput("Content-Transfer-Encoding: base64\n\n", "QUJD=\n", ""),
                GrowingInput("Content-Type: text/plain", "; charset*#=utf-8", "\n\na"),
                GrowingInput("Authentication-Results: amazonses.com", "; spf=(", "\n\na"),
                GrowingInput("Content-Disposition: a", "; filename*#=\"a\"", "\n\na"),
            ]
        ) { input in
            let mail = ReceivedPart(input.bytes)
            var content = 0
            for part in mail.attachments + [mail.firstText("text/plain")].compactMap(\.self) {
                content += part.content.count
                _ = (part.fileName, part.words, part.type)
                require(part.content.count <= input.bytes.count, "a part's size")
            }
            // A text with a file name is both.
            require(content <= input.bytes.count * 2, "the parts are in the mail")
            checkQuotedPrintable(input.text)
            let results = AuthenticationResults(mail.headers["Authentication-Results"] ?? "")
            _ = results.verdict("spf")
            checkShown(mail.headers.fields.map(\.value).joined())
            return nil
        }
    ]

    private static func checkQuotedPrintable(_ text: String) {
        let encoded = QuotedPrintable.encoded(text)
        for line in encoded.utf8.split(separator: 0x0A) {
            require(line.last == 0x0D && line.count <= 77, "a line of quoted-printable")
            require(line.dropLast().allSatisfy { 0x20...0x7E ~= $0 }, "a line is plain")
            require(line.dropLast().last != 0x20, "no space at a line's end")
        }
        require(!encoded.containsBytes(of: "=_"), "no boundary")
        // Lines end in CRLF, and the last one has an end too.
        let decoded = QuotedPrintable.decoded(Array(encoded.utf8)[...])
        var expected: [UInt8] = []
        for byte in text.utf8 { expected += byte == 0x0A ? [0x0D, byte] : [byte] }
        expected += [0x0D, 0x0A]
        require(decoded == expected, "quoted-printable is read back")
    }

    /// What a terminal shows of a stranger's text obeys nothing.
    private static func checkShown(_ text: String) {
        for shown in [text.printable, text.escaped(), text.visible, text.excerpt(80)] {
            require(
                !shown.unicodeScalars.contains { $0.value < 0x20 || 0x7F...0x9F ~= $0.value },
                "a terminal obeys")
        }
        require(!text.htmlEscaped.utf8.contains { "<>\"'".utf8.contains($0) }, "HTML")
    }
}
