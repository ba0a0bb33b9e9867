internal import ArgumentParser

/// The commands about stored mail itself.
struct MailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail", abstract: "List, show, release and delete stored mail.",
        subcommands: [
            MailList.self, MailShow.self, MailSave.self, MailExport.self, MailRelease.self,
            MailDelete.self,
        ])
}
