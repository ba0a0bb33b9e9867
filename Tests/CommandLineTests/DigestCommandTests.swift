import ArgumentParser
import TestSupport
import Testing

@testable import Mail
@testable import ses_mail

/// The commands that a digest names.
struct DigestCommandTests {
    private static let id = "o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1"

    /// A digest with everything in it that one can have.
    private static func text() throws -> String {
        let alarms = try Repository.text("terraform/modules/ses-mail/alarms.tf")
            .matches(of: /(?m)^    ([a-z-]+) += \{ when =/).map { String($0.output.1) }
        #expect(alarms.count > 20)
        let queues =
            QueueChoice.allCases.map { $0.deadLetterName(in: .prod) }
            + ["ses-log-routing-dlq-prod"]
        let findings = DigestFindings(
            alarms: alarms.map { .init(name: $0, sinceEpochSeconds: 0) },
            deadLetters: queues.map { .init(queue: $0, count: 1) }, isCanaryMissing: true,
            mails: UndeliveredMail.Kind.allCases.map {
                UndeliveredMail(id: id, kind: $0, timestamp: 0, recipients: ["a@b"], reasons: [])
            }, logReadTo: 1_737_180_000)
        return DigestMessage(
            findings,
            of: DigestEdition(
                environment: "prod", bucket: "b", mailbox: Mailbox(destination: "me@gmail.com"),
                time: 1_737_180_000, days: 1),
            headers: [:], sentAtEpochSeconds: 0
        ).text
    }

    @Test("Each command of a digest is one, and names its deployment")
    func parse() throws {
        let commands = try Self.text().split(separator: "\n")
            .filter { $0.hasPrefix("    ") }.map { $0.split(separator: " ").map(String.init) }
        #expect(commands.count > 35)
        for words in commands {
            #expect(words.first == "ses-mail")
            #expect(words.suffix(2) == ["--env", "prod"])
            #expect(throws: Never.self, "\(words)") {
                _ = try SESMail.parseAsRoot(Array(words.dropFirst()))
            }
        }
    }

    @Test("Every dead-letter queue that Terraform makes has the command that shows its messages")
    func queues() throws {
        let text = try Self.text()
        for (queue, command) in [
            ("ses-email-input-dlq-prod", "queues peek ses-email-input"),
            ("ses-gmail-forwarder-dlq-prod", "queues peek ses-gmail-forwarder"),
            ("ses-bouncer-dlq-prod", "queues peek ses-bouncer"),
            ("ses-mail-smtp-credential-manager-dlq-prod", "smtp reconcile"),
            ("ses-log-routing-dlq-prod", "pipeline show"),
        ] {
            #expect(text.contains("- 1 in \(queue)\n    ses-mail \(command) --env prod\n"))
        }
    }
}
