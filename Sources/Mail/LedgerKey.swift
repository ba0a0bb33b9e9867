/// The key of a ledger entry, which records that a mail was imported or bounced, or that a digest
/// was imported.
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

    /// The entry for the import of a day's digest into its mailbox.
    /// - Parameter date: the day in UTC, such as `2025-01-18`.
    package static func digest(date: String, mailbox: Mailbox) -> LedgerKey {
        LedgerKey(pk: "DIGEST#\(date)", sk: "GMAIL#\(mailbox.address)")
    }
}
