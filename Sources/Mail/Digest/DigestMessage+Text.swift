internal import Text

/// The part of the digest that people read.
extension DigestMessage {
    /// The text. Its lines end in LF, except for the last one.
    var text: String {
        let sections = [alarms, deadLetters, canary] + UndeliveredMail.Kind.allCases.map(mails)
        let intro =
            "What needs a look at ses-mail \(edition.environment), from \(shown(edition.start)) to "
            + "\(shown(edition.end))."
        let left = findings.entryCount - listedCount
        let rest = left == 0 ? [] : ["\(left) more are not listed: the commands above show them."]
        let cut = findings.logReadTo.map {
            "The routing log was too long to be read to its end: mail after \(shown($0)) is not "
                + "in here. All of it:\n" + indented("mail list --since \(shown($0))")
        }
        let end = "This message was written by a machine. Please do not answer it."
        return ([intro] + sections.filter { !$0.isEmpty } + rest + [cut, end].compactMap(\.self))
            .joined(separator: "\n\n")
    }

    private var listedCount: Int {
        min(DigestFindings.lineLimit, findings.entryCount)
    }

    private var alarms: String {
        section(
            "Alarms that fire: \(findings.alarms.count)", [],
            findings.listedAlarms.map { alarm in
                "- \(alarm.name), since \(shown(alarm.sinceEpochSeconds))\n"
                    + indented("alarms \(alarm.name)")
            })
    }

    private var deadLetters: String {
        section(
            "Messages in dead-letter queues: "
                + "\(findings.deadLetters.reduce(0) { $0 + $1.count })", [],
            findings.listedDeadLetters.map { letters in
                "- \(letters.count) in \(letters.queue)\n"
                    + indented(letters.command(in: edition.environment))
            })
    }

    private var canary: String {
        guard findings.isCanaryMissing else { return "" }
        return section(
            "Canary", ["doctor"], ["- None has come in: other mail may not come in either."])
    }

    private func mails(_ kind: UndeliveredMail.Kind) -> String {
        let mails = findings.mails(kind)
        guard let first = mails.first else { return "" }
        let listed = findings.listedMails.filter { $0.kind == kind }.map(line)
        let since = "--since \(shown(edition.start))"
        switch kind {
        case .refused:
            return section(
                "Mail that Gmail refuses for good: \(mails.count)",
                ["mail list --refused \(since)", "mail show \(first.id)"], listed)
        case .ended:
            return section(
                "Mail for rules that have ended: \(mails.count)",
                ["rules prune", "mail show \(first.id)"], listed)
        case .held:
            return section(
                "Mail that is held: \(mails.count)",
                ["mail list \(since)", "mail show \(first.id)", "mail release \(first.id)"], listed)
        }
    }

    /// `- ID, TIME: spam, for a@example.com, from Ann <ann@sender.example>: Hello`
    private func line(_ mail: UndeliveredMail) -> String {
        let recipients =
            mail.recipients.isEmpty
            ? [] : ["for " + mail.recipients.joined(separator: ", ").excerpt(100)]
        let reasons =
            mail.reasons.isEmpty
            ? ["stored by its rule"] : [mail.reasons.joined(separator: ", ").excerpt(200)]
        let words = (reasons + recipients + [origin(of: mail)]).joined(separator: ", ")
        return "- \(mail.id), \(shown(mail.timestamp / 1000)): \(words)"
    }

    private func origin(of mail: UndeliveredMail) -> String {
        switch headers[mail.id] {
        case .read(let headers):
            let from = headers.shownText("From").excerpt(100)
            let subject = headers.shownText("Subject").excerpt(100)
            return "from \(from.isEmpty ? "nobody" : from): "
                + (subject.isEmpty ? "no subject" : subject)
        case .gone: return "not stored any more"
        case .unread, nil: return "its header could not be read"
        }
    }

    private func section(_ title: String, _ commands: [String], _ lines: [String]) -> String {
        guard !commands.isEmpty || !lines.isEmpty else { return "" }
        return ([title] + commands.map(indented) + lines).joined(separator: "\n")
    }

    private func indented(_ command: String) -> String { "    \(edition.command(command))" }

    private func shown(_ epochSeconds: Int) -> String {
        UTCTime(epochSeconds: epochSeconds).rfc3339
    }
}

extension MailHeaders {
    /// The first field of that name, encoded words decoded; empty if there is none.
    fileprivate func shownText(_ name: String) -> String {
        EncodedWord.decoded((self[name] ?? "").cut(atBytes: 4096))
    }
}

extension DigestFindings.DeadLetters {
    /// The command that shows what the queue's messages are about.
    fileprivate func command(in environment: String) -> String {
        let ending = "-dlq-\(environment)"
        let name = queue.hasSuffix(ending) ? String(queue.dropLast(ending.utf8.count)) : queue
        switch name {
        case "ses-log-routing": return "pipeline show"
        case "ses-mail-smtp-credential-manager": return "smtp reconcile"
        default: return "queues peek \(name)"
        }
    }
}
