/// The key of a ledger entry, which records that a mail was imported or bounced.
package struct LedgerKey: Hashable, Sendable {
    package let pk: String
    package let sk: String

    /// The entry for the import of a mail into one mailbox.
    package static func gmail(originalMessageId: String, mailbox: Mailbox) -> LedgerKey {
        LedgerKey(pk: "MAIL#\(originalMessageId)", sk: "GMAIL#\(mailbox.address)")
    }

    /// The entry for the import of a mail into one mailbox's Spam, which does not count as a
    /// delivery.
    package static func junk(originalMessageId: String, mailbox: Mailbox) -> LedgerKey {
        LedgerKey(pk: "MAIL#\(originalMessageId)", sk: "JUNK#\(mailbox.address)")
    }

    /// The entry for the report on one recipient, named byte for byte as received.
    package static func bounce(originalMessageId: String, recipient: String) -> LedgerKey {
        LedgerKey(pk: "MAIL#\(originalMessageId)", sk: "BOUNCE#\(recipient)")
    }
}
