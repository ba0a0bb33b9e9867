internal import Text

/// One digest of one deployment: the time that it is about, and the mailbox that it goes into.
package struct DigestEdition: Equatable, Sendable {
    package let environment: String
    /// The bucket of the deployment, a name that no other deployment has.
    private let bucket: String
    package let mailbox: Mailbox
    /// Epoch seconds.
    package let start: Int
    package let end: Int
    /// The day of the digest in UTC, such as `2025-01-18`.
    package let date: String

    /// - Parameters:
    ///   - time: the time of the schedule, at which the digest's time ends, in epoch seconds.
    ///   - days: the days since the digest before.
    ///   - day: a moment of the day whose digest it is, where that is not the day of `time`.
    package init(
        environment: String, bucket: String, mailbox: Mailbox, time: Int, days: Int,
        day: Int? = nil
    ) {
        self.environment = environment
        self.bucket = bucket
        self.mailbox = mailbox
        // A line may come into the log some minutes late. It is better told twice than never.
        start = time - days * 86_400 - 300
        end = time
        date = UTCTime(epochSeconds: day ?? time).rfc3339.cut(atBytes: 10)
    }

    /// The same at each try of that day: Gmail keeps one of several.
    var messageID: String {
        "<\(date).\(mailbox.parameterSuffix).\(bucket).digest@ses-mail.invalid>"
    }

    /// The entry of the ledger that keeps it from being imported twice.
    package var ledgerKey: LedgerKey { .digest(date: date, mailbox: mailbox) }

    /// A command of the operator's for this deployment.
    func command(_ words: String) -> String { "ses-mail \(words) --env \(environment)" }
}
