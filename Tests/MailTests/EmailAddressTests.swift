import Testing
import Text

@testable import Mail

struct EmailAddressTests {
    @Test(
        "An address is split at its last @ and lower-cased by ASCII only",
        arguments: [
            ("user@example.com", "user", "example.com"),
            ("User.Name@EXAMPLE.Com", "user.name", "example.com"),
            (#""a@b"@example.com"#, #""a@b""#, "example.com"),
            ("\u{212A}im@example.com", "\u{212A}im", "example.com"),
            ("É@É.example", "É", "É.example"),
            ("user@example.com.", "user", "example.com"),
            ("user@example.com\u{600}.", "user", "example.com\u{600}"),
            ("user@[192.0.2.1]", "user", "[192.0.2.1]"),
        ])
    func split(received: String, local: String, domain: String) throws {
        let address = try #require(EmailAddress(received))
        #expect(address.local.hasSameBytes(as: local))
        #expect(address.domain.hasSameBytes(as: domain))
    }

    @Test(
        "What lacks a local part or a domain is no address",
        arguments: ["", "@", "a", "@b", "a@", "a@."])
    func noAddress(received: String) {
        #expect(EmailAddress(received) == nil)
    }

    @Test(
        "The tag starts at the first + outside quotes that has something before it",
        arguments: [
            ("user+tag@example.com", "user@example.com"),
            ("User+Tag+More@example.com", "user@example.com"),
            ("user+@example.com", "user@example.com"),
            (#""a+b"+c@example.com"#, #""a+b"@example.com"#),
            (#""a\"+b"+c@example.com"#, #""a\"+b"@example.com"#),
            ("user@example.com", nil),
            ("+tag@example.com", nil),
            (#""a+b"@example.com"#, nil),
            (#""a\"+b"@example.com"#, nil),
        ] as [(String, String?)])
    func tag(received: String, expected: String?) throws {
        #expect(try #require(EmailAddress(received)).withoutTag?.text == expected)
    }

    @Test(
        "Role addresses are known in any case and with a tag",
        arguments: [
            ("postmaster@example.com", true), ("Abuse@example.com", true),
            ("dmarc@example.com", true), ("tlsrpt@example.com", true),
            ("MAILER-DAEMON@example.com", true), ("dmarc+r@example.com", true),
            ("postmaster2@example.com", false), ("dmarc.x@example.com", false),
            ("+abuse@example.com", false),
        ])
    func role(received: String, expected: Bool) throws {
        #expect(try #require(EmailAddress(received)).isRole == expected)
    }

    @Test("Two spellings of é are two addresses")
    func bytewise() {
        #expect(EmailAddress("\u{E9}@example.com") != EmailAddress("e\u{301}@example.com"))
        #expect(EmailAddress("A@example.com") == EmailAddress("a@EXAMPLE.COM"))
    }

    @Test(
        "A local part that is no dot-atom is quoted where the address is written",
        arguments: [
            ("a..b@docomo.example", #""a..b"@docomo.example"#),
            ("Ab.@docomo.example", #""Ab."@docomo.example"#),
            (".ab@docomo.example", #"".ab"@docomo.example"#),
            ("...@docomo.example", #""..."@docomo.example"#),
            ("a.b+c=d@x.example", "a.b+c=d@x.example"), ("Ann@X.Example", "Ann@X.Example"),
            (#""a..b"@x.example"#, #""a..b"@x.example"#),
            (#""a b"@x.example"#, #""a b"@x.example"#), ("a@x.example.", "a@x.example"),
            ("a..b@[192.0.2.1]", #""a..b"@[192.0.2.1]"#), ("a b@x.example", nil),
            ("a@x..example", nil), ("a@.example", nil), ("a..b", nil), ("é@x.example", nil),
            ("a..b@x.example\r\nBcc: c@d", nil), (#"a"b@x.example"#, nil),
        ] as [(String, String?)])
    func mailbox(received: String, expected: String?) {
        #expect(EmailAddress.mailbox(received) == expected)
        if let expected { #expect(EmailAddress(strict: expected) != nil) }
    }

    @Test(
        "An address is within its domain and the parents of that, and in no other",
        arguments: [
            ("a@x.example", "x.example", true), ("a@n.x.example", "x.example", true),
            ("a@X.Example", "x.example", true), ("a@x.example", "n.x.example", false),
            ("a@evilx.example", "x.example", false), ("a@x.example.evil", "x.example", false),
            ("a@y.example", "x.example", false), ("a@[192.0.2.1]", "[192.0.2.1]", true),
        ])
    func within(received: String, domain: String, expected: Bool) throws {
        #expect(try #require(EmailAddress(received)).isWithin(domain: domain) == expected)
    }

    @Test(
        "The only address of a From field is found, and none where programs may disagree",
        arguments: [
            ("jane@x.example", "jane@x.example"), (" <Jane@X.example> ", "jane@x.example"),
            ("Jane Doe <jane@x.example>", "jane@x.example"),
            ("Jané D. Doe <jane@x.example> (home)", "jane@x.example"),
            (#""Doe, Jane <x@y>" <jane@x.example>"#, "jane@x.example"),
            (#""a\"b@c" <jane@x.example>"#, "jane@x.example"),
            ("jane@x.example (Jane (\\) Doe, of x))", "jane@x.example"),
            ("=?utf-8?q?J=40ne?= <jane@x.example>", "jane@x.example"),
            ("Jane\r\n <jane@x.example>", "jane@x.example"),
            (#"<"j e"@x.example>"#, #""j e"@x.example"#),
            ("", nil), (" ", nil), ("Jane", nil), ("<>", nil), ("a@b.c, d@e.f", nil),
            ("a@b.c,", nil), (",a@b.c", nil), ("A <a@b.c>, B <d@e.f>", nil),
            ("a@b.c <d@e.f>", nil), ("<a@b.c> d@e.f", nil), ("<a@b.c> <d@e.f>", nil),
            ("<<a@b.c>>", nil), ("a@b.c d@e.f", nil), ("a@b.c (d", nil), ("\"A <a@b.c>", nil),
            ("a@b.c >", nil), ("<a@b.c", nil), ("G: a@b.c;", nil), ("G: A <a@b.c>;", nil),
            ("<@r.example:a@b.c>", nil), ("a@b.c; d@e.f", nil), ("a\u{0}@b.c", nil),
            ("A\u{0} <a@b.c>", nil), (#"A\, <a@b.c>"#, nil), ("a@b@c.d", nil), ("a @b.c", nil),
            ("é@b.c", nil), ("From: <a@b.c>", nil),
            ("jane@x.example.", nil), ("Jane <jane@x.example.>", nil),
            ("=?utf-8?q?jane?=@x.example", nil), ("J) <jane@x.example>", nil),
        ] as [(String, String?)])
    func sole(value: String, expected: String?) {
        #expect(EmailAddress(soleIn: value)?.text == expected)
    }

    @Test(
        "Addresses are found in what is no well-formed list, too",
        arguments: [
            ("a@b.c, D <d@e.f>", ["a@b.c", "d@e.f"]), ("G: a@b.c, <d@e.f>;", ["a@b.c", "d@e.f"]),
            ("MAILER-DAEMON", ["MAILER-DAEMON"]), ("<MAILER-DAEMON> (x)", ["MAILER-DAEMON"]),
            ("(no address)", []), ("<a@b.c", ["a@b.c"]),
        ] as [(String, [String])])
    func list(value: String, expected: [String]) {
        #expect(AddressList(value).addresses == expected)
    }
}
