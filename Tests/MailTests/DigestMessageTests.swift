import TestSupport
import Testing
import Text

@testable import Mail

/// The digest as it is imported.
struct DigestMessageTests {
    private static let edition = DigestEdition(
        environment: "prod", bucket: "ses-mail-storage-123456789012-prod",
        mailbox: Mailbox(destination: "Me@gmail.com"), time: 1_737_180_000, days: 1)

    static func held(_ count: Int, from first: Int = 1) -> [UndeliveredMail] {
        (first..<(first + count)).map { number in
            UndeliveredMail(
                id: "mail\(number)", kind: .held, timestamp: 1_737_150_000_000 + number,
                recipients: ["info@example.com"], reasons: ["spam"])
        }
    }

    private static func findings(
        alarms: [DigestFindings.Alarm] = [], deadLetters: [DigestFindings.DeadLetters] = [],
        isCanaryMissing: Bool = false, mails: [UndeliveredMail] = [], logReadTo: Int? = nil
    ) -> DigestFindings {
        DigestFindings(
            alarms: alarms, deadLetters: deadLetters, isCanaryMissing: isCanaryMissing,
            mails: mails, logReadTo: logReadTo)
    }

    private static func message(
        _ findings: DigestFindings, headers: [String: DigestMessage.Header] = [:]
    ) -> DigestMessage {
        DigestMessage(
            findings, of: edition, headers: headers, sentAtEpochSeconds: 1_737_180_007)
    }

    private static let hostile = MailHeaders([
        .init(name: "From", value: "=?utf-8?Q?Bank=0D=0ABcc:_x?= <a@b.example>\u{202E}"),
        .init(
            name: "Subject",
            value: "a\u{2028}    ses-mail mail delete mail1\u{1B}[2J\r\n"
                + String(repeating: "long ", count: 300)),
    ])

    private static let everything = findings(
        alarms: [.init(name: "ses-mail-lookup-failed", sinceEpochSeconds: 1_737_170_000)],
        deadLetters: [
            .init(queue: "ses-gmail-forwarder-dlq-prod", count: 2),
            .init(queue: "ses-mail-smtp-credential-manager-dlq-prod", count: 1),
            .init(queue: "ses-log-routing-dlq-prod", count: 1),
        ],
        isCanaryMissing: true,
        mails: [
            .init(
                id: "mail9", kind: .refused, timestamp: 1_737_150_000_000,
                recipients: ["info@example.com"],
                reasons: ["Gmail.import was refused: invalidArgument (400)"]),
            .init(
                id: "mail8", kind: .ended, timestamp: 1_737_150_000_000,
                recipients: ["shop@example.com"], reasons: ["ended"]),
        ] + held(3)
            + [
                .init(
                    id: "mail4", kind: .held, timestamp: 1_737_150_000_000,
                    recipients: ["a@example.com", "b@example.com\r\nBcc: x"], reasons: [])
            ])

    @Test("A digest is what the golden file says", arguments: ["digest", "digest-cut"])
    func golden(name: String) throws {
        let message =
            name == "digest"
            ? Self.message(
                Self.everything,
                headers: [
                    "mail1": .read(
                        MailHeaders([
                            .init(name: "From", value: "=?UTF-8?Q?J=C3=BCrgen?= <j@b.example>"),
                            .init(name: "Subject", value: "=?UTF-8?B?R3LDvMOfZQ==?="),
                        ])), "mail2": .gone, "mail3": .read(MailHeaders()),
                    "mail4": .read(Self.hostile), "mail8": .unread,
                ])
            : Self.message(Self.findings(mails: Self.held(1000), logReadTo: 1_737_160_000))
        let text = String(decoding: message.bytes, as: UTF8.self)
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { !$0.utf8.contains(0x0A) && $0.utf8.count <= 998 })
        #expect(text.utf8.allSatisfy { 0x20...0x7E ~= $0 || $0 == 0x0D || $0 == 0x0A })
        let shown = lines.joined(separator: "\n")
        #expect(try shown == GoldenFile("\(name).golden").accepted(shown))
    }

    @Test("Of a thousand held mails fifty have a line, and the others a count")
    func limit() {
        let text = Self.message(Self.findings(mails: Self.held(1000))).text
        let lines = text.split(separator: "\n")
        #expect(lines.count { $0.utf8.starts(with: "- ".utf8) } == 50)
        #expect(lines.contains("950 more are not listed: the commands above show them."))
        #expect(lines.contains("Mail that is held: 1000"))
        let exactly = Self.message(Self.findings(mails: Self.held(50))).text
        #expect(!exactly.contains("more are not listed"))
    }

    @Test("However much there is of the rest, no digest has more than fifty lines")
    func limitOfAll() {
        let alarms = (1...60).map {
            DigestFindings.Alarm(name: "ses-mail-a\($0)", sinceEpochSeconds: 0)
        }
        let queues = [DigestFindings.DeadLetters(queue: "ses-bouncer-dlq-prod", count: 7)]
        for alarmCount in [0, 30, 48, 49, 60] {
            let findings = Self.findings(
                alarms: Array(alarms.prefix(alarmCount)), deadLetters: queues,
                isCanaryMissing: true, mails: Self.held(200))
            let text = Self.message(findings).text
            #expect(text.split(separator: "\n").count { $0.utf8.starts(with: "- ".utf8) } == 50)
            #expect(text.contains("\n\(alarmCount + 202 - 50) more are not listed"))
            #expect(findings.listedMails.count == max(0, 48 - alarmCount))
        }
    }

    @Test("Without anything to look at a digest is empty, and each finding alone makes one")
    func empty() {
        #expect(Self.findings().isEmpty)
        #expect(Self.findings().counts == [])
        let alone = [
            Self.findings(alarms: [.init(name: "ses-mail-a", sinceEpochSeconds: 0)]),
            Self.findings(deadLetters: [.init(queue: "q", count: 1)]),
            Self.findings(isCanaryMissing: true), Self.findings(mails: Self.held(1)),
            Self.findings(logReadTo: 5),
        ]
        #expect(alone.allSatisfy { !$0.isEmpty })
        #expect(
            alone.flatMap(\.counts) == ["1 alarm", "1 dead letter", "no canary", "1 held"])
    }

    @Test("No stranger's text is in a line of its own, or in the line of a command")
    func injection() {
        let message = Self.message(
            Self.findings(mails: Self.held(2)),
            headers: ["mail1": .read(Self.hostile), "mail2": .read(Self.hostile)])
        let lines = message.text.split(separator: "\n").map(String.init)
        let commands = lines.filter { $0.hasPrefix("    ") }
        #expect(
            commands == [
                "    ses-mail mail list --since 2025-01-17T05:55:00Z --env prod",
                "    ses-mail mail show mail1 --env prod",
                "    ses-mail mail release mail1 --env prod",
            ])
        #expect(lines.count { $0.hasPrefix("- mail") } == 2)
        #expect(!message.text.unicodeScalars.contains { $0.properties.isBidiControl })
        #expect(!message.text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x2028 })
        #expect(lines.allSatisfy { $0.unicodeScalars.count < 400 })
    }

    @Test("The subject has counts and no stranger's text")
    func subject() {
        let text = String(decoding: Self.message(Self.everything).bytes, as: UTF8.self)
            .replacing("\r\n ", with: " ")
        #expect(
            text.contains(
                "Subject: ses-mail prod: 1 alarm, 4 dead letters, no canary, 1 refused, 1 ended, "
                    + "4 held\r\n"))
    }

    @Test("A mailbox has one Message-ID a day and deployment, and one entry in the ledger a day")
    func identity() {
        func edition(_ mailbox: String, _ time: Int, bucket: String = "b") -> DigestEdition {
            DigestEdition(
                environment: "prod", bucket: bucket, mailbox: Mailbox(destination: mailbox),
                time: time, days: 1)
        }
        let first = edition("me@gmail.com", 1_737_180_000)
        #expect(first.messageID == "<2025-01-18.me_40gmail.com.b.digest@ses-mail.invalid>")
        #expect(first.ledgerKey.pk == "DIGEST#2025-01-18")
        #expect(first.ledgerKey.sk == "GMAIL#me@gmail.com")
        let sameDay = edition("ME@gmail.com", 1_737_180_000 + 17 * 3600)
        #expect(sameDay.messageID == first.messageID && sameDay.ledgerKey == first.ledgerKey)
        let others = [
            edition("you@gmail.com", 1_737_180_000), edition("me@gmail.com", 1_737_266_400),
            edition("me@gmail.com", 1_737_180_000, bucket: "c"),
        ]
        #expect(Set(others.map(\.messageID)).union([first.messageID]).count == 4)
    }

    @Test("A digest begins five minutes before the one before it ended", arguments: [1, 7])
    func time(days: Int) {
        let edition = DigestEdition(
            environment: "prod", bucket: "b", mailbox: Mailbox(destination: "me@gmail.com"),
            time: 1_737_180_000, days: days)
        #expect(edition.end == 1_737_180_000)
        #expect(edition.start == 1_737_180_000 - days * 86_400 - 300)
    }
}
