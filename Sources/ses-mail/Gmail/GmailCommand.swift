internal import ArgumentParser
internal import Mail

/// Which Gmail mailboxes may be written to, and does that work?
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

/// What is the one scope that an import needs?
/// (https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/import)
enum GmailScope {
    private static let prefix = "https://www.googleapis.com/auth/"
    static let insert = "\(prefix)gmail.insert"
    /// Wider ones, with which an import is allowed too.
    private static let wider = ["\(prefix)gmail.modify", "https://mail.google.com/"]

    static func allowImport(_ scopes: [String]) -> Bool {
        scopes.contains { $0 == insert || wider.contains($0) }
    }

    /// `gmail.insert`: as a person calls it.
    static func short(_ scope: String) -> String {
        scope.hasPrefix(prefix) ? String(scope.dropFirst(prefix.count)) : scope
    }
}
