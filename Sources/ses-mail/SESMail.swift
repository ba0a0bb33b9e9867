internal import ArgumentParser
internal import Process

/// The operator's command line.
@main
struct SESMail: ParsableCommand {
    /// The options may also stand before the name of a command; each command shows them in its
    /// help.
    @OptionGroup(visibility: .hidden) var options: CommonOptions

    static let configuration = CommandConfiguration(
        commandName: "ses-mail",
        abstract: "Operate ses-mail. Exit status: 0 done, 2 findings, others: README.md.",
        // The list of commands says it all, and the first help fits on one page.
        usage: "",
        version: Version.text,
        subcommands: [
            InitCommand.self, RulesCommand.self, SendersCommand.self, SMTPCommand.self,
            GmailCommand.self, DNSCommand.self,
            DoctorCommand.self, AlarmsCommand.self, MetricsCommand.self, LogsCommand.self,
            QueuesCommand.self, TraceCommand.self, MailCommand.self, ReplayCommand.self,
            ReportsCommand.self, PipelineCommand.self, CostCommand.self, TestCommand.self,
            CompletionCommand.self,
        ])

    static func main() {
        OwnProcess.ignoreBrokenPipes()
        OwnProcess.holdStandardDescriptors()
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

/// The version of this program: the output of `git describe` when it was built.
enum Version {
    /// From the file that scripts/ses-mail writes beside the program: a line with the hash of the
    /// sources, then the version.
    static var text: String {
        let program = OwnProcess.programPath ?? ""
        // Without the file the version is unknown, and is printed so.
        let stamp = (try? TextFile.bytes(path: "\(program).version")) ?? []
        let lines = stamp.split(separator: UInt8(ascii: "\n"))
        return lines.count == 2
            ? String(decoding: lines[1], as: UTF8.self)
            : "unknown (not built by scripts/ses-mail)"
    }
}
