internal import ArgumentParser
internal import Process

/// The operator's command line.
@main
struct SESMail: ParsableCommand {
    /// Taken before the name of a command too; each command shows them in its own help.
    @OptionGroup(visibility: .hidden) var options: CommonOptions

    static let configuration = CommandConfiguration(
        commandName: "ses-mail",
        abstract: "Operate ses-mail. Exit status: 0 done, 2 findings, others: README.md.",
        version: Version.text,
        subcommands: [
            RulesCommand.self, SMTPCommand.self, GmailCommand.self, DNSCommand.self,
            DoctorCommand.self, AlarmsCommand.self, MetricsCommand.self, LogsCommand.self,
            QueuesCommand.self, TraceCommand.self, ReplayCommand.self, PipelineCommand.self,
            CostCommand.self, TestCommand.self,
        ])

    static func main() {
        OwnProcess.ignoreBrokenPipes()
        Output.holdPlaces()
        do {
            var command = try parseAsRoot()
            try command.run()
            if Output.isLost { OwnProcess.exit(Failure.Status.failed.rawValue) }
        } catch let failure as Failure {
            Output.complain(failure.sentence)
            OwnProcess.exit(failure.status.rawValue)
        } catch {
            exit(withError: error)
        }
    }
}
