import Testing

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
}
