package import Mail

/// The place of a stored mail.
package struct StoredMail: Equatable, Sendable {
    package let bucket: String
    package let key: String

    /// The place that SES names, so long as it is in our bucket; else the one that our receipt rule
    /// makes.
    /// - Parameter mail: the notification of the mail, nil where it cannot be read.
    package init(_ mail: ReceivedMail?, id originalMessageId: String, bucket: String) {
        self.bucket = bucket
        key = mail?.receipt.action?.key(in: bucket) ?? "emails/\(originalMessageId)"
    }
}
