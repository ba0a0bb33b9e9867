import Testing

@testable import Mail

struct MailboxTests {
    @Test(
        "A mailbox's parameter has a name that SSM allows",
        arguments: [
            ("me@gmail.com", "me@gmail.com", "me_40gmail.com"),
            (" Me.Too@Gmail.COM ", "me.too@gmail.com", "me.too_40gmail.com"),
            ("a_b+c@d-e.f", "a_b+c@d-e.f", "a_5fb_2bc_40d-e.f"),
            ("é@x", "é@x", "_c3_a9_40x"),
            ("../x@y", "../x@y", ".._2fx_40y"),
            ("\u{1}\u{212A}", "\u{1}\u{212A}", "_01_e2_84_aa"),
        ])
    func suffix(destination: String, address: String, suffix: String) {
        let mailbox = Mailbox(destination: destination)
        #expect(mailbox.address == address)
        #expect(mailbox.parameterSuffix == suffix)
    }

    @Test("Two spellings of one mailbox are one, two of é are two")
    func distinct() {
        #expect(Set(["Me@x.y", "me@X.Y"].map(Mailbox.init)).count == 1)
        #expect(Set(["\u{E9}@x", "e\u{301}@x"].map(Mailbox.init)).count == 2)
    }

    @Test("The ledger's keys name the mail and the effect")
    func ledger() {
        let mailbox = Mailbox(destination: "Me@Gmail.com")
        let gmail = LedgerKey.gmail(originalMessageId: "abc", mailbox: mailbox)
        #expect([gmail.pk, gmail.sk] == ["MAIL#abc", "GMAIL#me@gmail.com"])
        let bounce = LedgerKey.bounce(originalMessageId: "abc", recipient: "User+T@e.f")
        #expect([bounce.pk, bounce.sk] == ["MAIL#abc", "BOUNCE#User+T@e.f"])
    }
}
