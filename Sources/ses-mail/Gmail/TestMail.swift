internal import Gmail
internal import Mail
internal import Text

/// The mail that `gmail test` sends: from the mailbox to itself (RFC 5322).
struct TestMail {
    let mailbox: Mailbox
    let environment: String
    let epochSeconds: Int
    /// Its own for every mail: Gmail merges those that have the same.
    let messageID: String

    init(to mailbox: Mailbox, environment: String, epochSeconds: Int) {
        self.mailbox = mailbox
        self.environment = environment
        self.epochSeconds = epochSeconds
        messageID = "<\(Hex.random(byteCount: 16))@ses-mail.invalid>"
    }

    var text: String {
        """
        Message-ID: \(messageID)\r
        Date: \(UTCTime(epochSeconds: epochSeconds).rfc5322)\r
        From: ses-mail <\(mailbox.address)>\r
        To: <\(mailbox.address)>\r
        Subject: ses-mail test\r
        Auto-Submitted: auto-generated\r
        MIME-Version: 1.0\r
        Content-Type: text/plain; charset=us-ascii\r
        Content-Transfer-Encoding: 7bit\r
        \r
        The deployment "\(environment)" of ses-mail can put mail into this mailbox.\r

        """
    }

    /// For the import: all of it is in memory, and nothing in a file.
    var mail: GmailAPI.Mail {
        GmailAPI.Mail(Array(text.utf8))
    }
}
