internal import ArgumentParser
internal import Mail

/// The commands about Gmail tokens.
struct GmailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gmail", abstract: "Consent to a Gmail mailbox, and see whether it works.",
        discussion: """
            A token is one account's consent to put mail into its mailbox. The shared token serves \
            every rule's target that has none of its own (--mailbox); Google takes it only for \
            its own account.
            """,
        subcommands: [
            GmailAuthorize.self, GmailStatus.self, GmailTest.self, GmailPut.self,
        ])
}

extension Mailbox: ExpressibleByArgument {
    package init?(argument: String) {
        guard EmailAddress(strict: argument) != nil else { return nil }
        self.init(destination: argument)
    }
}
