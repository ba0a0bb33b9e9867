internal import ArgumentParser
internal import SMTPCredentials

/// The commands about SMTP credentials.
struct SMTPCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "smtp", abstract: "Decide who may send, from which addresses.",
        discussion: """
            A credential is a row; the credential manager brings IAM to what the row says, within \
            seconds.
            """,
        subcommands: [
            SMTPCreate.self, SMTPList.self, SMTPShow.self, SMTPAllow.self, SMTPDisable.self,
            SMTPEnable.self, SMTPRotate.self, SMTPDelete.self, SMTPReconcile.self,
        ])
}

extension Username: ExpressibleByArgument {
    package init?(argument: String) {
        self.init(argument)
    }
}

extension Username {
    /// As one word of a shell's line.
    var word: String { text.shellWord }

    /// What is said of the argument in every command's help.
    static let help: ArgumentHelp = "The credential's name: 1 to 39 of A-Z a-z 0-9 + = , . @ _ -"
}
