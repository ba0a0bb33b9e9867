internal import ArgumentParser
internal import Gmail
internal import JSON
internal import Mail
internal import Text

/// Puts a small mail into a mailbox, as the forwarder does.
struct GmailTest: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Put a test mail into the mailbox.",
        discussion: """
            The mail is unread in INBOX. It is imported with the mailbox's own token, or else with \
            the shared one. --mailbox may be left out where the shared token names its account.
            """)

    @Option(help: "The account's primary address.") var mailbox: Mailbox?
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("looking for the token …")
        let target = try mailbox ?? Self.owner(deployment)
        let mail = TestMail(
            to: target, environment: deployment.name.rawValue, epochSeconds: Clock.epochSeconds())
        let shared = TokenPlace(deployment, mailbox: nil).parameter
        let own = TokenPlace(deployment, mailbox: target).parameter
        let access = try GoogleAccess(deployment)
        Output.progress("putting a mail into \(target.address) …")
        let id: String
        do {
            id = try access.tokens.withToken(for: target.address, parameters: [own, shared]) {
                token throws(GmailError) in
                try access.gmail.importMail(mail.mail, into: target.address, with: token)
            }
        } catch let error as GmailError {
            throw Failure(error, tokenOf: mailbox, in: deployment)
        }
        if let loss = access.losses.last {
            Output.complain(
                "the mail is in, but Google's new token could not be written back: \(loss)")
        }
        output.answer(
            [
                "id": id.json, "mailbox": target.address.json,
                "message_id": mail.messageID.json,
            ],
            "Gmail has the mail: \(id) in \(target.address), \"ses-mail test\", Message-ID "
                + mail.messageID)
    }

    /// The account of the shared token.
    private static func owner(_ deployment: Deployment) throws -> Mailbox {
        let found = try TokenPlace(deployment, mailbox: nil).look()
        guard found.here != nil else {
            throw Failure(
                .notFound,
                "There is no shared token. Name the mailbox with --mailbox ADDRESS, or consent "
                    + "with: " + deployment.consent(for: nil))
        }
        guard let account = found.here?.account, EmailAddress(strict: account) != nil else {
            throw Failure(
                .usage, "The shared token does not name its account: give --mailbox ADDRESS.")
        }
        return Mailbox(destination: account)
    }
}

/// The mail that `gmail test` sends: from the mailbox to itself (RFC 5322).
struct TestMail {
    let mailbox: Mailbox
    let environment: String
    let epochSeconds: Int
    /// A new one for every mail, since Gmail merges mails with the same Message-ID.
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

    /// The mail for the import, all of it in memory.
    var mail: GmailAPI.Mail {
        GmailAPI.Mail(Array(text.utf8))
    }
}
