internal import ArgumentParser
internal import Gmail
internal import JSON
internal import Mail

/// Puts one small mail into a mailbox, the way that the forwarder does.
struct GmailTest: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Put a test mail into the mailbox.",
        discussion: """
            With the mailbox's own token, or else the shared one, into INBOX and unread; --mailbox \
            may be left out where the shared token says whose it is.
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
                "id": .string(id), "mailbox": .string(target.address),
                "messageId": .string(mail.messageID),
            ],
            "Gmail has the mail: \(id) in \(target.address), \"ses-mail test\", Message-ID "
                + mail.messageID)
    }

    /// Whose the shared token is.
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
                .usage, "The shared token does not say whose it is: give --mailbox ADDRESS.")
        }
        return Mailbox(destination: account)
    }
}
