import Testing

@testable import Mail

struct MessageIdentifierTests {
    @Test(
        "Only a well-formed identifier is repeated",
        arguments: [
            ("<a@b>", "<a@b>"), (" <a@b>\r\n", "<a@b>"), ("(x) <a@b> <c@d>", "<a@b>"), ("", nil),
            ("a@b", nil), ("<a@b", nil), ("<>", nil), ("<a>", nil), ("<@b>", nil), ("<a@>", nil),
            ("<a @b>", nil), ("<a@b\r\nBcc: c@d>", nil), ("<<a@b>", nil), ("<é@b>", nil),
            (">a@b<", nil), ("<\(String(repeating: "a", count: 900))@b>", nil),
        ] as [(String, String?)])
    func parse(value: String, expected: String?) {
        #expect(MessageIdentifier(value)?.text == expected)
    }

    @Test(
        "The headers' identifier comes before the one that SES picked out",
        arguments: [
            ("<h@x>", "<c@x>", "<h@x>"), (nil, "<c@x>", "<c@x>"), ("bad", "<c@x>", "<c@x>"),
            ("<h@x>", nil, "<h@x>"), (nil, nil, nil), ("bad", "worse", nil),
        ] as [(String?, String?, String?)])
    func choice(header: String?, common: String?, expected: String?) {
        let headers = header.map { MailHeaders([.init(name: "MESSAGE-ID", value: $0)]) }
        let mail = ReceivedMail(
            mail: .init(
                messageId: "m", headers: headers, commonHeaders: .init(messageId: common)))
        #expect(MessageIdentifier(of: mail)?.text == expected)
    }
}
