internal import ArgumentParser

#if canImport(Glibc)
    internal import Glibc
#endif

/// The operator's command line: who gets this address, why did this mail not arrive, is all well?
@main
struct SESMail: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ses-mail",
        abstract: "Operates ses-mail: its rules, its SMTP credentials, its queues, its mails.",
        discussion: """
            Say which deployment with --env test|prod|local or SES_MAIL_ENV. Credentials are those \
            of the environment, or those that the AWS CLI finds for --profile.

            Exit status: 0 done; 1 failed, or something is wrong; 3 refused, by AWS or by you; \
            4 not found; 5 AWS could not be reached; 64 wrong usage.
            """,
        subcommands: [
            RulesCommand.self, SMTPCommand.self, QueuesCommand.self, TraceCommand.self,
            LogsCommand.self, MetricsCommand.self, AlarmsCommand.self,
            DoctorCommand.self,
        ])

    static func main() {
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            Output.complain(failure.sentence)
            Glibc.exit(failure.status.rawValue)
        } catch {
            exit(withError: error)
        }
    }
}
