/// The part of the report that people read.
extension DeliveryStatusNotification {
    /// The text. Its lines end in LF, except for the last one.
    var plainText: String {
        let recipients = targets.map { target in
            """
            \(target.shownAddress)
                \(target.status.explanation)
                Rule: \(target.shownRule)


            """
        }
        return """
            Your message could not be delivered.

            Sender:   \(mail.shownSender)
            Subject:  \(mail.shownSubject)
            Received: \(shownTime)

            It did not reach:

            \(recipients.joined())This report was written by a machine. Please do not answer it.
            """
    }

    /// The same for readers that prefer HTML.
    var html: String {
        let recipients = targets.map { target in
            """
            <tr>
            <td>\(target.shownAddress.htmlEscaped)</td>
            <td>\(target.status.explanation.htmlEscaped)</td>
            <td>\(target.shownRule.htmlEscaped)</td>
            </tr>

            """
        }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>Mail Delivery Failed</title>
            <style>
            body { font-family: sans-serif; color: #222 }
            th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0 }
            </style>
            </head>
            <body>
            <h2>Your message could not be delivered</h2>
            <table>
            <tr><th>Sender</th><td>\(mail.shownSender.htmlEscaped)</td></tr>
            <tr><th>Subject</th><td>\(mail.shownSubject.htmlEscaped)</td></tr>
            <tr><th>Received</th><td>\(shownTime.htmlEscaped)</td></tr>
            </table>
            <h3>It did not reach</h3>
            <table>
            <tr><th>Recipient</th><th>Reason</th><th>Rule</th></tr>
            \(recipients.joined())</table>
            <p>This report was written by a machine. Please do not answer it.</p>
            </body>
            </html>
            """
    }

    private var shownTime: String { mail.arrivalDate ?? "not known" }
}

extension RoutingTarget {
    fileprivate var shownAddress: String { target.excerpt(320) }

    /// The rule and, in brackets, what the operator wrote about it.
    fileprivate var shownRule: String {
        guard let rule else { return reason == .lookupFailed ? "not known" : "none" }
        guard let description, !description.visible.isEmpty else { return rule.excerpt(400) }
        return "\(rule.excerpt(400)) (\(description.excerpt(200)))"
    }
}
