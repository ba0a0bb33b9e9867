package import Mail

/// The place of a stored mail.
package struct StoredMail: Equatable, Sendable {
    package let bucket: String
    package let key: String

    /// The place that SES names, if it is in the deployment's bucket; otherwise the place that the
    /// receipt rule stores to.
    /// - Parameter mail: the notification of the mail; nil if it cannot be read.
    package init(_ mail: ReceivedMail?, id originalMessageId: String, bucket: String) {
        self.bucket = bucket
        key = mail?.receipt.action?.key(in: bucket) ?? "emails/\(originalMessageId)"
    }
}
